/** A small desk for scenarios: a memory store that outlives its runtimes, a clock, and tools. */
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime, type RuntimeOptions } from 'troupe';
import type { EvidenceEntry, PolicyLayer, Store, ToolCapability } from 'troupe/kernel';
import { manualClock, memoryStore, scriptedModel, seededIds } from 'troupe/testing';

export type Script = Parameters<typeof scriptedModel>[0];
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

export class Desk {
  readonly store: Store = memoryStore();
  readonly clock = manualClock();
  readonly #ids = seededIds(1);

  open(script: Script, options: RuntimeOptions = {}): Promise<Runtime> {
    const { clock } = this;
    return createRuntime({
      store: this.store,
      model: scriptedModel(script),
      policy: [ALLOW],
      system: { clock, alarm: clock.alarm, ids: this.#ids },
      ...options,
    });
  }
}

/** The kinds of a session's entries, tools by their names. */
export async function kindsOf(runtime: Runtime, session_id: string): Promise<string[]> {
  const kinds: string[] = [];
  for await (const entry of runtime.evidence.read(session_id)) kinds.push(told(entry));
  return kinds;
}

function told(entry: EvidenceEntry): string {
  if (!('tool_name' in entry)) return entry.kind;
  const tool = entry.tool_name === 'agent:execute-turn' ? 'turn' : entry.tool_name;
  return `${entry.kind.replace('tool_call_', '')} ${tool}`;
}

/** The contents of the tool messages, in order. */
export async function toldToModel(runtime: Runtime, session_id: string): Promise<string[]> {
  const session = await runtime.sessions.get(session_id);
  const messages = await session.messages();
  return messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
}
