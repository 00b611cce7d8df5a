/** Verification of an export, with nothing but the file and the public key. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deskIn, openDesk, scratchFolder, type Desk } from './support/desk.ts';
import { ENDS, WRITES } from './support/turns.ts';

const PUBLIC_KEY = join('.troupe', 'keys', 'evidence.pub');

/** The one value that a command answers with `--json`. */
async function json({ call }: Desk, ...words: readonly string[]) {
  const { exit, out } = await call(...words, '--json');
  return { exit, value: JSON.parse(out) as unknown };
}

/** A desk with one session that is over. */
async function openFinished(): Promise<Desk> {
  const desk = await openDesk([WRITES, ENDS]);
  expect(await desk.call('run', 'hello', '--session', 's1')).toMatchObject({ exit: 0 });
  return desk;
}

describe('an export with the public key', () => {
  const VERIFY = [
    'evidence',
    'verify',
    '--file',
    's1.jsonl',
    '--public-key',
    'evidence.pub',
  ] as const;

  /** An export of the session `s1` and the public key, alone in a folder. */
  async function exported(): Promise<Desk> {
    const desk = await openFinished();
    const kept = deskIn(await scratchFolder());
    const { out } = await desk.call('evidence', 'export', 's1');
    await kept.write('s1.jsonl', out);
    await kept.write('evidence.pub', await desk.read(PUBLIC_KEY));
    return kept;
  }

  test('verifies', async () => {
    const kept = await exported();
    expect(await json(kept, ...VERIFY)).toMatchObject({
      exit: 0,
      value: { sessions: [{ ok: true, session_id: 's1', signature: 'valid' }] },
    });
    const { out } = await kept.call('evidence', 'verify', '--file', 's1.jsonl');
    expect(out).toContain('signed, and no --public-key to check it with');
  });

  type Bend = (lines: readonly string[]) => readonly string[];
  const replaced =
    (from: string | RegExp, to: string): Bend =>
    (lines) =>
      lines.map((line) => line.replace(from, to));

  test.each<[string, Bend, string]>([
    ['an entry that was altered', replaced('"result":"success"', '"result":"failure"'), 'altered'],
    ['an entry less', (lines) => lines.toSpliced(3, 1), 'removed'],
    [
      'two entries turned around',
      (lines) => lines.with(2, lines[3] ?? '').with(3, lines[2] ?? ''),
      'reordered',
    ],
    ['no end', (lines) => lines.slice(0, -2), 'cut_off'],
    ['half a character', replaced('"run_id":"', String.raw`"run_id":"\ud800`), 'unparsable'],
    ['no signature', (lines) => lines.toSpliced(1, 1), 'signature_missing'],
    ['another signature', replaced('"signature":"', '"signature":"A'), 'signature_invalid'],
    ['a content that was altered', replaced('Repaired.', 'Broken!!!'), 'names content'],
    [
      'a line of another kind among its entries',
      (lines) => lines.toSpliced(3, 0, lines[1] ?? ''),
      'altered',
    ],
  ])('does not verify with %s', async (_, bend, kind) => {
    const kept = await exported();
    const lines = (await kept.read('s1.jsonl')).split('\n');
    await kept.write('s1.jsonl', bend(lines).join('\n'));
    const { exit, out } = await kept.call(...VERIFY);
    expect(out).toContain(kind);
    expect(exit).toBe(9);
  });

  test.each([
    ['is not there', undefined, 'Cannot read'],
    ['is empty', '', 'does not begin with the head of a session'],
    ['has no head', '{"type":"content","hash":"x","text":""}', 'is not a line of an export'],
    ['is no JSON', 'hello', 'Line 1 of'],
  ])('is refused where it %s', async (_, text, message) => {
    const kept = await exported();
    if (text === undefined) await rm(join(kept.folder, 's1.jsonl'));
    else await kept.write('s1.jsonl', text);
    const { exit, err } = await kept.call(...VERIFY);
    expect(exit).toBe(2);
    expect(err).toContain('USAGE: ');
    expect(err).toContain(message);
  });
});
