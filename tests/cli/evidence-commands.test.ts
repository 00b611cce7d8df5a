/** `troupe evidence` and `troupe sessions` over a session that ran, as it was and altered. */
import { join } from 'node:path';
import { openLevelStore } from 'troupe/adapters';
import { describeError } from 'troupe/kernel';
import type { ModelTurn } from 'troupe/testing';
import { expect, test } from 'vitest';
import { openDesk, type Desk } from './support/desk.ts';

const TURNS: readonly ModelTurn[] = [
  {
    intent: 'note_taking',
    assistant_message: 'I write it down.',
    tools: [{ name: 'notes:write', input: { name: 'printer', text: 'Repaired\u001b[2J' } }],
  },
  { intent: 'conversation', assistant_message: 'Done.\u202e', status: 'complete' },
];

async function openFinished(): Promise<Desk> {
  const desk = await openDesk(TURNS);
  expect(await desk.call('run', 'hello', '--session', 's1')).toMatchObject({ exit: 0 });
  return desk;
}

/** Changes one stored entry as somebody with the disk would. */
async function alterEntry({ folder }: Desk, seq: number): Promise<void> {
  const store = await openLevelStore(join(folder, '.troupe', 'store'));
  const kept = await store.get('evidence', ['s1', seq]);
  const value = kept?.replace('"success"', '"failure"') ?? '';
  expect(value).not.toBe(kept);
  await store.commit([{ kind: 'evidence', key: ['s1', seq], value }]);
  await store.close();
}

/** The one value that a command answers with `--json`. */
async function json({ call }: Desk, ...words: readonly string[]) {
  const { exit, out } = await call(...words, '--json');
  return { exit, value: JSON.parse(out) as unknown };
}

interface StoredEntry {
  readonly seq: number;
  readonly kind: string;
}

test('evidence of a session verifies, alone and with all others', async () => {
  const desk = await openFinished();
  const { value } = await json(desk, 'evidence', 'show', 's1');
  const entries = value as readonly StoredEntry[];
  expect(entries.at(-1)?.kind).toBe('session_completed');

  const seq = entries.length - 1;
  const verified = { ok: true, session_id: 's1', entries: entries.length, signed_through: seq };
  expect(await json(desk, 'evidence', 'verify', '--all')).toMatchObject({
    exit: 0,
    value: { ok: true, sessions: [verified] },
  });
  const { exit, out } = await desk.call('evidence', 'verify', 's1');
  expect(exit).toBe(0);
  expect(out).toMatch(
    new RegExp(
      `^ok  s1: ${entries.length} entries in order, signed with key [0-9a-f]{12}\nhead ${seq}:`,
    ),
  );
});

test('an altered entry is named, with exit code 9', async () => {
  const desk = await openFinished();
  const { value } = await json(desk, 'evidence', 'show', 's1');
  const seq = (value as readonly StoredEntry[]).findIndex(
    ({ kind }) => kind === 'tool_call_finished',
  );
  await alterEntry(desk, seq);
  const human = await desk.call('evidence', 'verify', 's1');
  expect(human.exit).toBe(9);
  expect(describeError('EVIDENCE_INVALID').exit).toBe(9);
  expect(human.out).toContain(`NOT OK  s1: ${seq} entries in order, then altered: entry ${seq}`);
  expect(await json(desk, 'evidence', 'verify', 's1')).toMatchObject({
    exit: 9,
    value: { ok: false, sessions: [{ ok: false, problem: { kind: 'altered', seq } }] },
  });
});

test('an output that was altered is named by whoever looks at contents', async () => {
  const desk = await openFinished();
  const store = await openLevelStore(join(desk.folder, '.troupe', 'store'));
  for await (const { key, value } of store.scan('blob')) {
    const altered = value.replace('notes/printer.md', 'notes/scanner.md');
    await store.commit([{ kind: 'blob', key, value: altered }]);
  }
  await store.close();
  expect(await desk.call('evidence', 'verify', 's1')).toMatchObject({ exit: 0 });
  const { exit, out } = await desk.call('evidence', 'verify', 's1', '--contents');
  expect(exit).toBe(9);
  expect(out).toMatch(/then altered: entry \d+ names content [0-9a-f]{64}, which is another/);
  const exported = await desk.call('evidence', 'export', 's1');
  expect(exported).toMatchObject({ exit: 8 });
  expect(exported.err).toContain('STORE_CORRUPT: The content ');
});

test('an export holds every entry and each content once; no file is overwritten', async () => {
  const desk = await openFinished();
  const { out } = await desk.call('evidence', 'export', 's1');
  const lines = out.trimEnd().split('\n');
  const values = lines.map((line) => JSON.parse(line) as { type: string; hash?: string });
  expect(values.slice(0, 2).map(({ type }) => type)).toEqual(['head', 'signature']);
  const hashes = values.flatMap(({ type, hash }) => (type === 'content' ? [hash] : []));
  expect(hashes.length).toBeGreaterThan(0);
  expect(new Set(hashes).size).toBe(hashes.length);
  const entries = values.filter(({ type }) => type === 'entry');
  expect(2 + entries.length + hashes.length).toBe(values.length);

  const first = await json(desk, 'evidence', 'export', 's1', '--out', 's1.jsonl');
  expect(first).toEqual({
    exit: 0,
    value: { session_id: 's1', file: join(desk.folder, 's1.jsonl') },
  });
  expect(await desk.read('s1.jsonl')).toBe(out);
  const second = await desk.call('evidence', 'export', 's1', '--out', 's1.jsonl');
  expect(second.exit).toBe(2);
  expect(second.err).toContain('USAGE: Cannot write');
  expect(await desk.read('s1.jsonl')).toBe(out);
});

test('sessions are listed and shown, and no control character reaches the terminal', async () => {
  const desk = await openFinished();
  expect(await json(desk, 'sessions', 'list')).toMatchObject({
    exit: 0,
    value: [{ session_id: 's1', state: 'complete', turn_count: 2, tool_call_count: 1 }],
  });
  const shown = await desk.call('sessions', 'show', 's1');
  expect(shown.exit).toBe(0);
  expect(shown.out).toContain(String.raw`Repaired\u001b[2J`);
  expect(shown.out).toContain(String.raw`Done.\u202e`);
  expect(shown.out).not.toMatch(/[\u001b\u202e]/);
});
