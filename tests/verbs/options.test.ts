/** What hosts must not hand to the verbs: refused by name at the door, with nothing left behind. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createAgentRuntimeWorkflowStateStore,
  initializeKernelRuntime,
  resumeGovernedAgentSession,
  resumeGovernedAgentWorkflow,
  runGovernedAgentLoop,
  startGovernedAgentSession,
  startGovernedAgentWorkflow,
} from 'troupe';
import { createContext, executeTurnInput, IDS, scriptedKernel, turn } from './support.ts';

const VERBS = {
  runGovernedAgentLoop,
  startGovernedAgentSession,
  resumeGovernedAgentSession,
  startGovernedAgentWorkflow,
  resumeGovernedAgentWorkflow,
} as Readonly<Record<string, (options: never) => Promise<unknown>>>;
const { runGovernedAgentLoop: _, ...STORED } = VERBS;
const RESUMED = { resumeGovernedAgentSession, resumeGovernedAgentWorkflow } as typeof VERBS;
const message = { role: 'user', content: 'x' };

let storageRoot: string;
beforeEach(async () => {
  storageRoot = await mkdtemp(join(tmpdir(), 'troupe-options-'));
});
afterEach(() => rm(storageRoot, { recursive: true, force: true }));

const optionsWith = (change: object): never =>
  ({
    ...{ runtime: scriptedKernel([turn('reply')]), storageRoot, createContext, executeTurnInput },
    sessionId: IDS.session_id,
    workflow: {
      session_id: IDS.session_id,
      nodes: [{ id: 'a', execute_turn_input: executeTurnInput }],
    },
    ...change,
  }) as never;

interface Refused {
  readonly verbs: typeof VERBS;
  readonly option: string;
  readonly values: readonly unknown[];
}
const turns = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null];
const REFUSED: readonly Refused[] = [
  { verbs: VERBS, option: 'runtime', values: [undefined, null, 5, {}, { executeTool: 5 }] },
  { verbs: VERBS, option: 'createContext', values: [undefined, null, {}] },
  { verbs: { runGovernedAgentLoop }, option: 'maxTurns', values: turns },
  { verbs: STORED, option: 'storageRoot', values: [undefined, null, '', 5] },
  { verbs: STORED, option: 'maxTurnsPerInvocation', values: turns },
  {
    verbs: STORED,
    option: 'now',
    values: ['2026-03-13T09:00:00Z', () => 'soon', () => 5, () => '2026-13-45T00:00:00Z'],
  },
  { verbs: RESUMED, option: 'sessionId', values: [undefined, null, 5, {}, '', '../../evil'] },
  {
    verbs: { resumeGovernedAgentSession },
    option: 'continuationMessages',
    values: [
      ...['x', {}, [null], [{ ...message, role: 'robot' }], [{ ...message, extra: 1 }]],
      [{ ...message, content: 'half a character: \ud800' }],
    ],
  },
  {
    verbs: { resumeGovernedAgentWorkflow },
    option: 'continuationMessagesByNodeId',
    values: [5, { a: 5 }, { a: [{ role: 'user' }] }],
  },
];
const CASES = REFUSED.flatMap(({ verbs, option, values }) =>
  Object.entries(verbs).flatMap(([name, verb]) =>
    values.map((value) => ({ name, option, value, verb })),
  ),
);

describe('an option that is none', () => {
  test.each(CASES)('$name refuses $option: $value', async ({ verb, option, value }) => {
    await expect(verb(optionsWith({ [option]: value }))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(option) as string,
    });
    expect(existsSync(join(storageRoot, '.troupe'))).toBe(false);
  });

  test.each(Object.entries(VERBS))('%s refuses no options at all', async (_name, verb) => {
    await expect(verb(undefined as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  const runtimeOptions = [
    ...[undefined, null, 5, {}],
    ...[
      { workspaceRoot: 5 },
      { workspaceFileName: 5 },
      { policyLayers: 5 },
      { policyLayers: [null] },
    ],
    ...[{ now: 5 }, { now: () => 'soon' }],
  ];
  test.each(runtimeOptions)('initializeKernelRuntime refuses %j', async (given) => {
    const isPart = typeof given === 'object' && given !== null && Object.keys(given).length > 0;
    const options = isPart ? { workspaceRoot: storageRoot, ...given } : given;
    await expect(initializeKernelRuntime(options as never)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  test.each([undefined, {}, { workspaceRoot: 5 }, { workspaceRoot: '.', now: () => 'soon' }])(
    'createAgentRuntimeWorkflowStateStore refuses %j',
    (options) => {
      expect(() => createAgentRuntimeWorkflowStateStore(options as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      );
    },
  );
});
