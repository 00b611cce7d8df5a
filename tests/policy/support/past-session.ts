/** One session that is played under some rules, and judged again under others. */
import { z } from 'zod';
import { createRuntime, defineTool, openRulebook, whatIf, type Runtime, type WhatIf } from 'troupe';
import { memoryStore } from 'troupe/adapters';
import { scriptedModel } from 'troupe/testing';
import {
  agentRuntimeLayer,
  compileRule,
  ruleDefinition,
  type EvidenceEntry,
  type PolicyLayer,
  type Store,
  type ToolCapability,
} from 'troupe/kernel';
import { expect, onTestFinished } from 'vitest';

export const read = defineTool({
  name: 'files:read',
  description: 'Reads a file.',
  input: z.strictObject({ file: z.string(), limit: z.int().optional() }),
  run: ({ file }) => file,
});
export const send = defineTool({
  name: 'email:send',
  description: 'Sends a message.',
  input: z.strictObject({ to: z.string() }),
  run: () => undefined,
});
/** Its schema reads a number out of a text, which it would not take itself. */
const turn = defineTool({
  name: 'files:turn',
  description: 'Turns pages.',
  input: z.strictObject({ count: z.string().transform(Number) }),
  run: () => undefined,
});
const TOOLS = [read, send, turn];

const rules = (...definitions: readonly object[]): PolicyLayer => ({
  level: 'workspace',
  rules: definitions.map((definition) => compileRule(ruleDefinition.parse(definition))),
});
export const ALLOW = { id: 'open', decision: 'allow', tools: ['*'] };
export const NO_READS = { id: 'no-reads', decision: 'deny', tools: ['files:*'] };
export const NO_MAIL = { id: 'no-mail', decision: 'deny', tools: ['email:*'] };
export const ASK_MAIL = { id: 'ask-mail', decision: 'approval_required', tools: ['email:*'] };
export const ASK_READS = { id: 'ask-reads', decision: 'approval_required', tools: ['files:*'] };
export const WATCH = { ...NO_MAIL, id: 'watch', mode: 'shadow' };
export const NO_MAIL_AFTER_READS = {
  ...{ id: 'after', decision: 'deny', tools: ['email:*'] },
  when: { after: [{ tools: ['files:*'] }] },
};
export const SHORT = {
  ...{ id: 'short', decision: 'modify', tools: ['files:*'] },
  modify: [{ pointer: '/limit', value: 5 }],
};

export const READ = { tool: 'files:read', input: { file: 'a' } };
export const MAIL = { tool: 'email:send', input: { to: 'a@example.com' } };
const DONE = { complete: 'Done.' };

export interface Played {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly entries: () => Promise<readonly EvidenceEntry[]>;
  readonly judge: (
    definitions: readonly object[],
    options?: { readonly tools?: readonly ToolCapability[]; readonly session_ids?: string[] },
  ) => Promise<WhatIf>;
  /** Each flip as `tool: recorded -> now by rule`, where every request can be judged. */
  readonly flips: (...definitions: readonly object[]) => Promise<readonly string[]>;
}

const layersOf = (definitions: readonly object[]) => [
  agentRuntimeLayer(undefined),
  rules(...definitions),
];

/** Plays the session `s` to its end under these rules; approves what is asked. */
export async function play(
  definitions: readonly object[],
  ...script: readonly object[]
): Promise<Played> {
  const store = memoryStore();
  const runtime = await createRuntime({
    ...{ store, tools: TOOLS, layers: layersOf(definitions) },
    model: scriptedModel([...script, DONE] as Parameters<typeof scriptedModel>[0]),
  });
  onTestFinished(() => runtime.close());
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  while ((await session.settled()).state === 'approval_required') {
    const [request] = await runtime.approvals.list();
    const request_id = request?.request_id ?? '';
    await runtime.resolveApproval({ request_id, approved: true, approved_by: 'ana' });
  }
  const judge: Played['judge'] = async (others, { tools = TOOLS, session_ids } = {}) =>
    whatIf(await openRulebook({ tools, layers: layersOf(others) }), runtime, session_ids);
  return {
    ...{ store, runtime, judge },
    entries: () => Array.fromAsync(runtime.evidence.read('s')),
    flips: async (...others) => {
      const { flips, unjudged } = await judge(others);
      expect(unjudged).toEqual([]);
      return flips.map(
        ({ tool_name, recorded, now }) =>
          `${tool_name}: ${recorded.decision} -> ${now.decision} by ${now.policy_ids.join()}`,
      );
    },
  };
}
