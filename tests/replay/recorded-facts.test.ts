/** What a replay could not know is in the evidence: the cost of a turn, what a schema read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime } from 'troupe';
import type { Store } from 'troupe/kernel';
import { memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW, writes } from '../scenarios/desk.ts';

const usage = { input_tokens: 10, output_tokens: 20 };
const CALL = { tool: 'notes:write', input: { text: 'a' }, usage };

/** A workspace whose model has these prices per million tokens. */
async function workspace(input: number, output: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-costs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const text = `
agent_runtime:
  default_model: priced
  models:
    priced:
      provider: openai_compatible
      model: m
      api_key_env: KEY
      base_url: https://models.example/
      input_microusd_per_mtok: ${input}
      output_microusd_per_mtok: ${output}
`;
  await writeFile(join(folder, 'workspace.yaml'), text);
  return folder;
}

const open = (store: Store, folder: string): Promise<Runtime> =>
  createRuntime({
    ...{ store, workspace: folder, tools: [writes([])], layers: [ALLOW] },
    models: { priced: scriptedModel([CALL, { reply: 'Which?', usage }]) },
    system: { environment: { KEY: 'secret-of-nobody' } },
  });

test('a turn says what it cost, and a replay does not ask for the prices of today', async () => {
  const store = memoryStore();
  const runtime = await open(store, await workspace(3_000_000, 15_000_000));
  const session = await runtime.sessions.start({
    ...{ session_id: 's', message: 'go' },
    limits: { max_cost_microusd_per_session: 700 },
  });
  expect(await session.settled()).toMatchObject({ cost_microusd: 660, turn_count: 2 });
  await runtime.close();
  const cheaper = await open(store, await workspace(1, 1));
  expect(await cheaper.evidence.replay('s')).toMatchObject({ ok: true });
  await cheaper.close();
});

test('the cost that a session may have stops it, in a replay as well', async () => {
  const runtime = await open(memoryStore(), await workspace(3_000_000, 15_000_000));
  const limits = { max_cost_microusd_per_session: 100 };
  const session = await runtime.sessions.start({ session_id: 's', message: 'go', limits });
  expect(await session.settled()).toMatchObject({
    escalation: { message: 'max_cost_microusd_per_session is reached: 330 of 100' },
  });
  expect(await runtime.evidence.replay('s')).toMatchObject({ ok: true });
  await runtime.close();
});

test.each([
  ['is no JSON any more', () => 'none'],
  ['is another one', (text: string) => text.replace('Which?', 'What?')],
])('a content that %s is told with its entry', async (_, change) => {
  const store = memoryStore();
  const model = scriptedModel([{ reply: 'Which?' }]);
  const runtime = await createRuntime({ store, policy: [ALLOW], model });
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  await session.settled();
  const entries = await Array.fromAsync(session.evidence());
  const [hash = ''] = entries.flatMap((entry) =>
    'output_hash' in entry && entry.output_hash !== undefined ? [entry.output_hash] : [],
  );
  const value = change((await store.get('blob', [hash])) ?? '');
  await store.commit([{ kind: 'blob', key: [hash], value }]);
  expect(await runtime.evidence.replay('s')).toMatchObject({
    difference: { seq: 2, came: `The content ${hash} is not what its hash says` },
  });
  await runtime.close();
});

test('what a schema read out of an input is told apart from what was asked for', async () => {
  const tidy = defineTool({
    name: 'notes:tidy',
    description: 'Writes a tidy note.',
    input: z.object({ text: z.string().trim(), colour: z.string().default('blue') }),
    run: (input) => input,
  });
  const script = [{ tool: 'notes:tidy', input: { text: ' a ', more: 1 } }, { complete: 'Done.' }];
  const model = scriptedModel(script);
  const runtime = await createRuntime({ tools: [tidy], policy: [ALLOW], model });
  const session = await runtime.sessions.start({ session_id: 's', message: 'go' });
  expect(await session.settled()).toMatchObject({ completion: 'completed' });
  const entries = await Array.fromAsync(session.evidence());
  const started = entries.find((entry) => 'read_from' in entry);
  const read_from = started && 'read_from' in started ? (started.read_from ?? '') : '';
  expect(await runtime.evidence.content(read_from)).toBe('{"more":1,"text":" a "}');
  expect(await runtime.evidence.replay('s')).toMatchObject({ ok: true });
  await runtime.close();
});
