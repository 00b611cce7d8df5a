/**
 * Where the configuration grants anything of the network, a turn reaches its provider only if that
 * is granted.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createRuntime, type Runtime, type RuntimeOptions } from 'troupe';
import type { SessionSummary } from 'troupe/kernel';
import { modelTurn, scriptedModel, startModelServer } from 'troupe/testing';

const ELSEWHERE = 'elsewhere.example:443';

let url: string;
let host: string;
let asked: number;
let folder: string;
beforeEach(async () => {
  asked = 0;
  const server = await startModelServer({
    answers: (request) => {
      asked += 1;
      return modelTurn({ intent: 'talk', assistant_message: 'Hi' }, request);
    },
  });
  ({ url } = server);
  ({ host } = new URL(url));
  folder = await mkdtemp(join(tmpdir(), 'troupe-provider-'));
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
});

const grant = (...entries: readonly string[]) => [
  { type: 'network', posture: 'allowlist', allowlist_entries: entries },
];

interface Grants {
  readonly workspace?: readonly object[];
  readonly lane?: readonly object[];
}

/** JSON is YAML, too. */
async function open({ workspace, lane }: Grants, options: RuntimeOptions = {}): Promise<Runtime> {
  const provider = { provider: 'openai_compatible', model: 'm', api_key_env: 'KEY' };
  const config = {
    troupe: { policy: { default_decision: 'allow' } },
    ...(workspace && { security: { allowed_scopes: workspace } }),
    lanes: [{ id: 'desk', title: 'Desk', ...(lane && { allowed_scopes: lane }) }],
    agent_runtime: {
      default_model: 'near',
      models: {
        near: { ...provider, base_url: url },
        far: { ...provider, base_url: `https://${ELSEWHERE}/` },
      },
    },
  };
  await writeFile(join(folder, 'workspace.yaml'), JSON.stringify(config));
  const runtime = await createRuntime({
    ...{ workspace: folder, store: join(folder, 'store') },
    system: { environment: { KEY: 'a-key-of-the-server' } },
    ...options,
  });
  onTestFinished(() => runtime.close());
  return runtime;
}

async function turn({ sessions }: Runtime, options: object = {}): Promise<SessionSummary> {
  return (await sessions.start({ session_id: 's', message: 'hello', ...options })).settled();
}

const PATH = { type: 'path', pattern: 'notes/**', access: 'read' };

describe('a turn is taken', () => {
  test.each<[string, () => Grants, lane?: string]>([
    ['where nothing is granted', () => ({})],
    ['where nothing of the network is granted', () => ({ workspace: [PATH] })],
    ['where its host is granted', () => ({ workspace: grant(host) })],
    ['where its host is granted beside others', () => ({ workspace: grant(ELSEWHERE, host) })],
    ['where the whole network is', () => ({ workspace: [{ type: 'network', posture: 'full' }] })],
    ['in a lane that says nothing', () => ({ workspace: grant(host) }), 'desk'],
    ['in a lane that grants it too', () => ({ workspace: grant(host), lane: grant(host) }), 'desk'],
  ])('%s', async (_, grants, lane) => {
    const runtime = await open(grants());
    expect(await turn(runtime, { lane })).toMatchObject({ detail: 'awaiting_turn.idle' });
    expect(asked).toBe(1);
  });
});

describe('a turn is denied, and its provider not reached', () => {
  test.each<[string, () => Grants, lane?: string]>([
    ['where another host is granted', () => ({ workspace: grant(ELSEWHERE) })],
    ['where the network is off', () => ({ workspace: [{ type: 'network', posture: 'off' }] })],
    [
      'in a lane that grants another',
      () => ({ workspace: grant(host), lane: grant(ELSEWHERE) }),
      'desk',
    ],
    ['where only its lane grants it', () => ({ lane: grant(host) }), 'desk'],
  ])('%s', async (_, grants, lane) => {
    const runtime = await open(grants());
    const { escalation } = await turn(runtime, { lane });
    expect(escalation?.code).toBe('SCOPE_DENIED');
    expect(escalation?.message).toBe(
      `agent:execute-turn needs scopes that are not granted: ${JSON.stringify(grant(host)[0])}`,
    );
    expect(asked).toBe(0);
  });

  test('by the profile of the session, not by the others', async () => {
    const runtime = await open({ workspace: grant(host) });
    expect((await turn(runtime)).detail).toBe('awaiting_turn.idle');
    const far = await turn(runtime, { session_id: 'far', model_profile: 'far' });
    expect(far.escalation?.code).toBe('SCOPE_DENIED');
    expect(far.escalation?.message).toContain(ELSEWHERE);
  });

  test('of a host that calls the turn tool itself', async () => {
    const input = {
      ...{ session_id: 's', model_profile: 'near', url },
      messages: [{ role: 'user', content: 'hello' }],
    };
    const context = { run_id: 'r', task_id: 't', session_id: 's' };
    const runtime = await open({ workspace: grant(ELSEWHERE) });
    expect(await runtime.executeTool('agent:execute-turn', input, context)).toMatchObject({
      error: { code: 'SCOPE_DENIED', message: expect.stringContaining(host) as string },
    });
    expect(asked).toBe(0);
  });
});

test('a model in this process needs nothing of the network', async () => {
  const models = { near: scriptedModel([{ reply: 'Hi' }]) };
  const runtime = await open({ workspace: grant(ELSEWHERE) }, { models });
  expect((await turn(runtime)).detail).toBe('awaiting_turn.idle');
});

test('a receipt says which hosts were in force', async () => {
  const runtime = await open({ workspace: grant(ELSEWHERE, host) });
  await turn(runtime);
  const entries = await Array.fromAsync(runtime.evidence.read('s'));
  const started = entries.find(({ kind }) => kind === 'tool_call_started');
  expect(started).toMatchObject({ scope_requested: grant(host), scope_enforced: grant(host) });
});
