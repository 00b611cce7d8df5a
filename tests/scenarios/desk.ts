/** What the desk of a scenario is furnished with: policies, and tools that write notes. */
import { z } from 'zod';
import { defineTool } from 'troupe';
import type { PolicyLayer, ToolCapability } from 'troupe/kernel';

type Recovery = NonNullable<Parameters<typeof defineTool>[0]['recovery']>;

/** What was done to the world, in order. */
export type Effects = string[];

export const ALLOW: PolicyLayer = { level: 'workspace', default_decision: 'allow', rules: [] };

/** A layer that asks for approval of one tool. */
export const asks = (tool: string): PolicyLayer => ({
  level: 'task',
  rules: [
    {
      ...{ id: `ask.${tool}`, trigger: 'on_tool_request', decision: 'approval_required' },
      when: ({ tool_name }) => tool_name === tool,
    },
  ],
});

export const denies = (tool: string): PolicyLayer => ({
  level: 'task',
  rules: [
    {
      ...{ id: `deny.${tool}`, trigger: 'on_tool_request', decision: 'deny' },
      when: ({ tool_name }) => tool_name === tool,
    },
  ],
});

/** A tool that writes its text to the effects. */
export const writes = (effects: Effects, name = 'notes:write'): ToolCapability =>
  defineTool({
    name,
    description: 'Writes a note.',
    input: z.strictObject({ text: z.string() }),
    run: ({ text }) => {
      effects.push(text);
      return { written: text };
    },
  });

/** A tool that does its effect and then never answers, the first time. */
export function hangs(effects: Effects, recovery: Recovery, happened = true): ToolCapability {
  let isFirst = true;
  return defineTool({
    name: 'notes:hang',
    description: 'Writes a note, and hangs once.',
    input: z.strictObject({ text: z.string() }),
    recovery,
    run: ({ text }, { idempotency_key }) => {
      if (!isFirst) {
        effects.push(`${text} ${idempotency_key}`);
        return { written: text };
      }
      isFirst = false;
      if (happened) effects.push(`${text} ${idempotency_key}`);
      return new Promise(() => {});
    },
    ...(recovery === 'probe' && {
      probe: () =>
        Promise.resolve(
          happened
            ? { happened: true as const, output: { success: true, data: { probed: true } } }
            : { happened: false as const },
        ),
    }),
  });
}
