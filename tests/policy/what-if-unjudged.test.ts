/** Other rules over what evidence no longer holds, never held, or holds of a host. */
import { openRulebook, whatIf } from 'troupe';
import { systemClock } from 'troupe/adapters';
import type { PolicyRule } from 'troupe/kernel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pruneSession } from '../../src/runtime/prune.ts';
import {
  ALLOW,
  ASK_MAIL,
  MAIL,
  NO_MAIL,
  NO_MAIL_AFTER_READS,
  READ,
  play,
  read,
  send,
} from './support/past-session.ts';

describe('what cannot be judged is told, with why', () => {
  test('a tool that is gone, and what came of it still counts', async () => {
    const played = await play([ALLOW], READ, MAIL);
    const { unjudged, flips: found } = await played.judge([ALLOW, NO_MAIL_AFTER_READS], {
      tools: [send],
    });
    expect(unjudged).toMatchObject([
      { tool_name: 'files:read', why: 'there is no such tool any more' },
    ]);
    expect(found).toMatchObject([{ tool_name: 'email:send', now: { policy_ids: ['after'] } }]);
  });

  const ORDER = { session_id: 's', reason: 'retention', by: 'ana' };

  test('inputs that were pruned', async () => {
    const { store, judge } = await play([ALLOW], MAIL);
    const order = { ...ORDER, before: undefined, contents: true };
    await pruneSession({ store, clock: systemClock, keys: undefined }, order);
    const { unjudged, flips } = await judge([ALLOW, NO_MAIL]);
    expect(unjudged).toMatchObject([{ why: 'its input is no longer kept' }]);
    expect(flips).toEqual([]);
  });

  test('entries that were pruned, which no history holds any more', async () => {
    const { store, entries, judge } = await play([ALLOW], READ, MAIL);
    const starts = (await entries()).filter((entry) => entry.kind === 'tool_call_started');
    const before = (starts.find(({ tool_name }) => tool_name === 'files:read')?.seq ?? 0) + 2;
    const order = { ...ORDER, before, contents: false };
    await pruneSession({ store, clock: systemClock, keys: undefined }, order);
    const { incomplete, flips } = await judge([ALLOW, NO_MAIL_AFTER_READS]);
    const why = `its entries through ${before - 1} were pruned: they are in no history here`;
    expect(incomplete).toEqual([{ session_id: 's', why }]);
    expect(flips).toEqual([]);
  });

  test.each([
    ['no such tool', { tool: 'files:write', input: {} }, 'TOOL_NOT_FOUND'],
    ['no such input', { tool: 'email:send', input: {} }, 'INVALID_INPUT'],
  ])('what was refused before policy: %s', async (_, asked, code) => {
    const played = await play([ALLOW], asked);
    const { unjudged } = await played.judge([ALLOW]);
    expect(unjudged).toMatchObject([{ why: `it was refused before policy, with ${code}` }]);
  });

  test('a damaged session, and the others are judged', async () => {
    const played = await play([ALLOW], MAIL);
    const context = { run_id: 'r', task_id: 't', session_id: 'other' };
    await played.runtime.executeTool('email:send', { to: 'a' }, context);
    await played.store.commit([{ kind: 'evidence', key: ['s', 0], value: '{}' }]);
    const found = await played.judge([ALLOW, NO_MAIL]);
    expect(found.incomplete).toMatchObject([{ session_id: 's' }]);
    expect(found.flips).toMatchObject([{ session_id: 'other' }]);
  });

  test('a session that is not there', async () => {
    const played = await play([ALLOW], MAIL);
    await expect(played.judge([ALLOW], { session_ids: ['none'] })).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
    });
  });
});

describe('an input that its schema reads as another one is judged as it was written', () => {
  const TURNS = { tool: 'files:turn', input: { count: '3' } };
  const NO_TURNS = { id: 'no-turns', decision: 'deny', tools: ['files:turn'] };
  const ASK_TURNS = { ...NO_TURNS, id: 'ask-turns', decision: 'approval_required' };
  const few = { ...NO_TURNS, when: { arguments: [{ pointer: '/count', equals: 3 }] } };

  test.each([
    ['run', [ALLOW], ['files:turn: allow -> deny by no-turns']],
    ['asked for', [ALLOW, ASK_TURNS], ['files:turn: approval_required -> deny by no-turns']],
    ['denied', [ALLOW, few], []],
  ])('and was %s', async (_, past, expected) => {
    const played = await play(past, TURNS);
    expect(await played.flips(...past)).toEqual([]);
    expect(await played.flips(ALLOW, few)).toEqual(expected);
  });
});

test('the turns of a session need the hosts of its own model, and no others', async () => {
  const { store, runtime } = await play([ALLOW], READ);
  const start = JSON.parse((await store.get('session_start', ['s'])) ?? '') as object;
  const value = JSON.stringify({ ...start, model_profile: 'near' });
  await store.commit([{ kind: 'session_start', key: ['s'], value }]);
  const model = (host: string) =>
    `{ provider: openai_compatible, model: m, api_key_env: KEY, base_url: 'https://${host}/v1' }`;
  const folder = await mkdtemp(join(tmpdir(), 'troupe-what-if-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const granted = `{ type: network, posture: allowlist, allowlist_entries: ['near.example:443'] }`;
  await writeFile(
    join(folder, 'workspace.yaml'),
    `security: { allowed_scopes: [${granted}] }
policies: [{ id: open, decision: allow, tools: ['*'] }]
agent_runtime:
  default_model: far
  models: { near: ${model('near.example')}, far: ${model('far.example')} }
`,
  );
  const system = { environment: { KEY: 'key-of-the-test' } };
  const rulebook = await openRulebook({ workspace: folder, tools: [read, send], system });
  expect((await whatIf(rulebook, runtime)).flips).toEqual([]);
  const far = JSON.stringify({ ...start, model_profile: 'far' });
  await store.commit([{ kind: 'session_start', key: ['s'], value: far }]);
  const { flips } = await whatIf(rulebook, runtime);
  expect(new Set(flips.map(({ now }) => now.code))).toEqual(new Set(['SCOPE_DENIED']));
});

test('calls of hosts are judged with what they carried, denied ones as well', async () => {
  const played = await play([ALLOW, NO_MAIL], READ);
  const metadata = { agent_intent: 'mailing' };
  const context = { run_id: 'r', task_id: 't', session_id: 'h', metadata };
  await played.runtime.executeTool('email:send', { to: 'a' }, context);
  const mailing = { ...ASK_MAIL, when: { intents: ['mailing'], origin: 'host' } };
  expect(await played.flips(ALLOW, mailing)).toEqual([
    'email:send: deny -> approval_required by ask-mail',
  ]);
});

test('a tool that is not on offer is refused, but for the catalog of a host', async () => {
  const { store, runtime } = await play([ALLOW], MAIL);
  // Looks at arguments, where a listing has none.
  const listed = {
    ...{ id: 'listed', trigger: 'on_tool_request', decision: 'deny' },
    when: ({ tool_arguments }) => tool_arguments?.['hash'] === undefined && !tool_arguments?.['to'],
  } as const satisfies PolicyRule;
  const open = { id: 'open', trigger: 'on_tool_request', decision: 'allow' } as const;
  const layers = [{ level: 'workspace', rules: [open, listed] }] as const;
  const rulebook = await openRulebook({ tools: [send], layers });
  const calls = async () => {
    const { flips } = await whatIf(rulebook, runtime);
    return flips.filter(({ tool_name }) => tool_name === 'email:send');
  };
  expect(await calls()).toMatchObject([{ now: { decision: 'deny', code: 'TOOL_NOT_OFFERED' } }]);
  const start = JSON.parse((await store.get('session_start', ['s'])) ?? '') as object;
  const tool_catalog = [{ name: 'email:send', description: 'Sends a message.' }];
  const value = JSON.stringify({ ...start, tool_catalog });
  await store.commit([{ kind: 'session_start', key: ['s'], value }]);
  expect(await calls()).toEqual([]);
});
