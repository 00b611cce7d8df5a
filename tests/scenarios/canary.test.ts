/** A credential that finds its way into a session is in no record, no event and no message. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type RuntimeEvent } from 'troupe';
import type { RecordKind } from 'troupe/kernel';
import { memoryStore, scriptedModel } from 'troupe/testing';
import { ALLOW } from './desk.ts';

const CANARY = 'sk-canary-7f3a91c0';
const KINDS: readonly RecordKind[] = [
  ...(['session', 'session_start', 'head', 'evidence', 'message', 'blob'] as const),
  ...(['approval', 'approval_ref', 'wakeup', 'running'] as const),
];
const WORKSPACE = `
agent_runtime:
  default_model: default
  models:
    default:
      provider: openai_compatible
      model: m
      api_key_env: CANARY_KEY
      base_url: https://a.example/
`;

test('the value of a configured variable is kept out of everything', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-canary-'));
  await writeFile(join(folder, 'workspace.yaml'), WORKSPACE);
  const store = memoryStore();
  const input = z.strictObject({ text: z.string() });
  const leaks = defineTool({
    name: 'notes:leak',
    description: 'Answers a secret.',
    input,
    run: ({ text }, { onProgress }) => {
      onProgress({ so_far: CANARY });
      if (text === 'throw') throw new Error(`wrong key ${CANARY}`);
      return { key: CANARY, again: { [CANARY]: [CANARY] } };
    },
  });
  const runtime = await createRuntime({
    workspace: folder,
    store,
    tools: [leaks],
    policy: [ALLOW],
    models: {
      default: scriptedModel([
        { tool: 'notes:leak', input: { text: CANARY }, say: `I saw ${CANARY}` },
        { tool: 'notes:leak', input: { text: 'throw' } },
        { fail: { code: 'PROVIDER_HTTP_ERROR', message: `bad key ${CANARY}` } },
      ]),
    },
    system: { environment: { CANARY_KEY: CANARY } },
  });
  try {
    const heard: RuntimeEvent[] = [];
    runtime.subscribe((event) => heard.push(event));
    const metadata = { note: CANARY };
    const session = await runtime.sessions.start({ message: `key: ${CANARY}`, metadata });
    expect((await session.settled()).state).toBe('escalate');
    const stored: string[] = [];
    for (const kind of KINDS) {
      for await (const { value } of store.scan(kind)) stored.push(value);
    }
    expect(stored.length).toBeGreaterThan(20);
    expect(stored.filter((value) => value.includes(CANARY))).toEqual([]);
    expect(heard.filter((event) => JSON.stringify(event).includes(CANARY))).toEqual([]);
    expect(JSON.stringify(await session.summary())).not.toContain(CANARY);
    expect(JSON.stringify(await session.messages())).toContain('[redacted]');
    expect(await session.verify()).toMatchObject({ ok: true });
  } finally {
    await runtime.close();
    await rm(folder, { recursive: true, force: true });
  }
});
