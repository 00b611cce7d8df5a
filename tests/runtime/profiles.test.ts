/** A session of a model profile that nobody configured is not begun. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRuntime, type Runtime } from 'troupe';
import { scriptedModel } from 'troupe/testing';
import { ALLOW } from '../scenarios/desk.ts';

const WORKSPACE = `
agent_runtime:
  default_model: careful
  models:
    careful:
      provider: openai_compatible
      model: m
      api_key_env: KEY
      base_url: https://a.example/
`;

async function open(): Promise<Runtime> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-profiles-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'workspace.yaml'), WORKSPACE);
  const runtime = await createRuntime({
    ...{ workspace: folder, store: join(folder, 'store'), policy: [ALLOW] },
    models: { fast: scriptedModel([{ reply: 'Hi' }]) },
    system: { environment: {} },
  });
  onTestFinished(() => runtime.close());
  return runtime;
}

test.each([
  ['carefull', 'No model profile "carefull". Did you mean careful?'],
  ['nope', 'No model profile "nope". Known: fast, careful'],
])('%s is refused, and what was probably meant is named', async (model_profile, message) => {
  const { sessions } = await open();
  const refusal = { code: 'CONFIGURATION_ERROR', message };
  await expect(sessions.start({ message: 'go', model_profile })).rejects.toMatchObject(refusal);
  expect(await sessions.list()).toEqual([]);
  const session = await sessions.start({ session_id: 's', message: 'go', model_profile: 'fast' });
  await session.settled();
  await expect(sessions.fork({ session_id: 's', model_profile })).rejects.toMatchObject(refusal);
  expect(await sessions.list()).toHaveLength(1);
});

test('a profile whose variables are not set yet is no unknown one', async () => {
  const { sessions } = await open();
  const session = await sessions.start({ message: 'go', model_profile: 'careful' });
  expect((await session.settled()).escalation?.code).toBe('MISSING_ENVIRONMENT');
});
