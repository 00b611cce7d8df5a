/** Where the code of a tool runs, and what the process of one is given: from its scopes alone. */
import { describe, expect, test } from 'vitest';
import type { SandboxedCall, SandboxRules, ToolCapability, ToolScope } from 'troupe/kernel';
import { z } from 'zod';
import { performer } from '../../kernel/sandbox/handler.ts';

const TOOL: ToolCapability = {
  name: 'notes:write',
  description: 'Writes.',
  domain: 'notes',
  version: '1.0.0',
  permission: 'write',
  required_scopes: [],
  required_env: ['NOTES_TOKEN'],
  input_schema: z.object({}),
  recovery: 'manual',
  timeout_ms: 5,
  handler: {
    kind: 'subprocess',
    module: '/pack/tool.js',
    readable: ['/pack'],
    config: { shelf: 1 },
    limits: { memory_bytes: 1, output_bytes: 2, processes: 3 },
  },
};
const RULES: SandboxRules = {
  premises: { root: '/shop', hidden: ['.troupe'], fixed: [] },
  overlays: ['/shop/.env'],
  network_default: 'off',
  unconfined: [],
};
const PATH = (pattern: string, access: 'read' | 'write'): ToolScope => ({
  ...{ type: 'path', pattern, access },
});
const NETWORK = (...entries: readonly string[]): ToolScope => ({
  ...{ type: 'network', posture: 'allowlist', allowlist_entries: [...entries] },
});

/** Runs the tool under these scopes and answers the profile that the sandbox was handed. */
async function profileUnder(
  scope_enforced: readonly ToolScope[],
  rules: Partial<SandboxRules> = {},
) {
  const calls: SandboxedCall[] = [];
  const run = async (call: SandboxedCall) => {
    calls.push(call);
    return { answer: 'done' };
  };
  const house = {
    sandbox: { run, close: async () => {} },
    rules: { ...RULES, ...rules },
    environment: { NOTES_TOKEN: 'token', OTHER: 'kept back' },
  };
  const perform = performer({ sandbox: house })(TOOL);
  expect(await perform({ file: 'a' }, { scope_enforced } as never)).toEqual({ answer: 'done' });
  expect(calls[0]).toMatchObject({ input: { file: 'a' }, config: { shelf: 1 } });
  return calls[0]?.profile;
}

describe('the process of a tool', () => {
  test('is given what its scopes, its manifest and its workspace say', async () => {
    const scopes = [PATH('b/**', 'write'), PATH('a/**', 'read'), PATH('a/**', 'read')];
    expect(await profileUnder(scopes)).toEqual({
      tool_name: 'notes:write',
      module: '/pack/tool.js',
      export: undefined,
      code: ['/pack'],
      premises: RULES.premises,
      overlays: ['/shop/.env'],
      readable: ['a/**'],
      writable: ['b/**'],
      network: 'off',
      environment: { NOTES_TOKEN: 'token' },
      limits: { wall_clock_ms: 5, memory_bytes: 1, output_bytes: 2, processes: 3 },
      may_run_unconfined: false,
    });
  });

  test.each([
    ['nothing is granted', [], {}, 'off'],
    ['nothing is granted, and the workspace opens it', [], { network_default: 'full' }, 'full'],
    [
      'off is granted, and the workspace opens it',
      [{ type: 'network', posture: 'off' }],
      { network_default: 'full' },
      'off',
    ],
    ['an allowlist is granted', [NETWORK('a:1'), NETWORK('b:2')], {}, ['a:1', 'b:2']],
    ['everything is granted', [{ type: 'network', posture: 'full' }], {}, 'full'],
  ] as const)('has the network that it may have where %s', async (_, scopes, rules, network) => {
    expect((await profileUnder(scopes as readonly ToolScope[], rules))?.network).toEqual(network);
  });

  test('may run unconfined where its name says so', async () => {
    const named = await profileUnder([], { unconfined: ['notes:write'] });
    expect(named?.may_run_unconfined).toBe(true);
    expect((await profileUnder([], { unconfined: ['notes:*'] }))?.may_run_unconfined).toBe(false);
  });

  test('is not started by a kernel that was given no sandbox', async () => {
    const { answer } = await performer({})(TOOL)({}, {} as never);
    expect(answer).toMatchObject({ success: false, error: { code: 'SUBPROCESS_NOT_AVAILABLE' } });
  });
});
