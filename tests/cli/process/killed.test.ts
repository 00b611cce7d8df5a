/** The built program killed in the middle of a session, and what a fresh process makes of it. */
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { valuesOf, openDesk, startModel, type Desk } from '../support/desk.ts';
import { runProgram, startProgram, type Surroundings } from '../support/program.ts';
import { ENDS, REPLIES, WRITES } from '../support/turns.ts';

interface Entry {
  readonly kind: string;
  readonly effect_id?: string;
  readonly restart?: number;
}

const HANGS = { wire: { fault: 'hang' } } as const;

/** Answers when the process has written a text; rejects when it ends before. */
function during(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = '';
    child.stdout?.on('data', (chunk: string) => {
      written += chunk;
      if (written.includes(text)) resolve();
    });
    child.once('close', () => reject(new Error(`it ended without ${text}: ${written}`)));
  });
}

/** Runs a session until an effect of it is on record as started, and kills the process. */
async function killDuring(at: Surroundings, effect_id: string): Promise<void> {
  const words = ['run', 'hello', '--session', 's1', '--json'];
  const { process: child, ended } = startProgram(at, ...words);
  await during(child, `"effect_id":"${effect_id}"`);
  child.kill('SIGKILL');
  expect((await ended).exit).toBeNull();
}

async function entriesOf({ call }: Desk): Promise<readonly Entry[]> {
  const { out } = await call('evidence', 'show', 's1', '--json');
  return JSON.parse(out) as Entry[];
}

test('a session that was killed in a turn goes on, and no tool runs twice', async () => {
  const desk = await openDesk([WRITES, HANGS]);
  await killDuring(desk, 's1/turn/1');
  const { out } = await desk.call('sessions', 'list');
  expect(out).toMatch(/^s1 +awaiting_turn\.executing +resume /m);
  expect(await desk.read('notes/printer.md')).toBe('Repaired.');
  await desk.write('notes/printer.md', 'changed meanwhile');

  const environment = await startModel([ENDS]);
  const resumed = await runProgram({ folder: desk.folder, environment }, 'resume', 's1', '--json');
  expect(resumed.exit).toBe(0);
  expect(valuesOf(resumed.out).at(-1)).toMatchObject({ type: 'result', completion: 'completed' });
  expect(await desk.read('notes/printer.md')).toBe('changed meanwhile');

  const entries = await entriesOf(desk);
  const started = entries.filter(({ kind }) => kind === 'tool_call_started');
  expect(started.map(({ effect_id, restart }) => [effect_id, restart])).toEqual([
    ['s1/turn/0', 0],
    ['s1/tool/0', 0],
    ['s1/turn/1', 0],
    ['s1/turn/1', 1],
  ]);
  expect(entries.map(({ kind }) => kind)).toContain('session_resumed');
  expect((await desk.call('evidence', 'verify', 's1')).exit).toBe(0);
});

/** A tool that never answers, and that nobody may repeat. */
const POST_MODULE = `
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineTool } from 'troupe';
import { z } from 'zod';

export const tools = ({ root }) => [
  defineTool({
    name: 'post:letter',
    description: 'Posts a letter.',
    input: z.strictObject({}),
    run: async () => {
      await appendFile(join(root, 'posted.txt'), 'a letter\\n');
      await new Promise(() => {});
    },
  }),
];
`;

const POSTS = { intent: 'note_taking', tools: [{ name: 'post:letter', input: {} }] };

async function openPostDesk(): Promise<Desk> {
  const desk = await openDesk([POSTS, REPLIES]);
  await writeFile(join(desk.folder, 'tools', 'notes.mts'), POST_MODULE);
  const text = await desk.read('workspace.yaml');
  await desk.write('workspace.yaml', text.replace('notes:list', 'post:letter'));
  return desk;
}

test('a call that was killed and cannot be repeated is put to a person', async () => {
  const desk = await openPostDesk();
  await killDuring(desk, 's1/tool/0');
  const resumed = await runProgram(desk, 'resume', 's1');
  expect(resumed.exit).toBe(5);
  expect(resumed.out).toContain('EFFECT_IN_DOUBT');
  expect(resumed.out).toContain('troupe answer s1 --use-result @result.json');

  await desk.write('result.json', '{"stamp":"A"}');
  const answered = await runProgram(desk, 'answer', 's1', '--use-result', '@result.json');
  expect(answered).toMatchObject({ exit: 0, err: '' });
  expect(answered.out).toContain('result  post:letter {"success":true,"data":{"stamp":"A"}}');
  const posted = (await desk.has('posted.txt')) ? await desk.read('posted.txt') : '';
  expect(['', 'a letter\n']).toContain(posted);
  expect((await runProgram(desk, 'evidence', 'verify', 's1')).exit).toBe(0);
});

test('the first Ctrl-C lets the turn end, and parks the session behind it', async () => {
  const held = Promise.withResolvers<void>();
  onTestFinished(() => held.resolve());
  const text = '{"status":"reply","intent":"conversation","assistant_message":"Done."}';
  const desk = await openDesk([{ wire: { text, pace: () => held.promise } }]);
  const { process: child, ended } = startProgram(desk, 'run', 'hello', '--session', 's1');
  child.stderr?.on('data', () => held.resolve());
  void during(child, 'awaiting_turn').then(() => child.kill('SIGINT'));
  const { exit, out, err } = await ended;
  expect(exit).toBe(130);
  expect(err).toContain('Parking the session');
  expect(out).toContain('Done.');
  expect(out).toMatch(/state +awaiting_turn\.idle\n/);
  expect(await desk.has('.troupe/store/holder.json')).toBe(false);
});

test('the second Ctrl-C ends at once, and the session can be resumed', async () => {
  const desk = await openDesk([HANGS]);
  const { process: child, ended } = startProgram(desk, 'run', 'hello', '--session', 's1');
  child.stderr?.on('data', () => child.kill('SIGINT'));
  void during(child, 'awaiting_turn').then(() => child.kill('SIGINT'));
  expect((await ended).exit).toBeNull();
  const environment = await startModel([ENDS]);
  const { exit } = await runProgram({ folder: desk.folder, environment }, 'resume', 's1');
  expect(exit).toBe(0);
});
