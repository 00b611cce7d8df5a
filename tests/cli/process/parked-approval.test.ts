/**
 * The built program in processes of its own: a workspace is made, a session asks for something that
 * needs a person, somebody decides in another process, and a third one goes on.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Approval } from 'troupe/kernel';
import { modelTurn, startModelServer, type ModelTurn } from 'troupe/testing';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram, type Ended, type Surroundings } from '../support/program.ts';

const API_KEY = 'secret-key-of-the-desk';

const TURNS: readonly ModelTurn[] = [
  {
    intent: 'note_taking',
    assistant_message: 'I write it down.',
    tools: [{ name: 'notes:write', input: { name: 'printer', text: 'Repaired\u001b[2J' } }],
  },
  {
    intent: 'note_taking',
    assistant_message: 'The old one can go.',
    tools: [{ name: 'notes:delete', input: { name: 'printer' } }],
  },
  { intent: 'conversation', assistant_message: 'Done.', status: 'complete' },
];

async function openWorkspace(turns: readonly ModelTurn[]): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-program-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const server = await startModelServer({
    answers: turns.map((turn) => (request) => modelTurn(turn, request)),
    api_key: API_KEY,
  });
  onTestFinished(() => server.close());
  const environment = { AGENT_RUNTIME_BASE_URL: server.url, AGENT_RUNTIME_API_KEY: API_KEY };
  return { folder, environment };
}

const valueOf = <Value>({ out }: Ended): Value => JSON.parse(out) as Value;
const linesOf = ({ out }: Ended): { readonly type: string }[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string });

test('init, check, run, decide, resume and verify, each in its own process', async () => {
  const at = await openWorkspace(TURNS);
  const notes = (): Promise<string[]> => readdir(join(at.folder, 'notes'));

  expect(await runProgram(at, 'init')).toMatchObject({ exit: 0, err: '' });
  const checked = await runProgram(at, 'config', 'check');
  expect(checked).toMatchObject({ exit: 0, err: '' });
  expect(checked.out).toContain('notes:write');
  expect(checked.out).toMatch(/set +AGENT_RUNTIME_API_KEY/);

  const ran = await runProgram(at, 'run', 'Tidy', 'up', '--session', 's1');
  expect(ran.exit).toBe(5);
  expect(ran.out).toContain('I write it down.');
  expect(ran.out).toContain('troupe approvals approve');
  expect(ran.out).toContain(String.raw`\u001b[2J`);
  expect(ran.out).not.toContain('\u001b');
  expect(await notes()).toEqual(['printer.md']);

  const listed = await runProgram(at, 'approvals', 'list', '--json');
  const [approval] = valueOf<Approval[]>(listed);
  expect(approval).toMatchObject({
    session_id: 's1',
    tool_name: 'notes:delete',
    input: { name: 'printer' },
    status: 'pending',
  });
  const approve = ['approvals', 'approve', approval?.request_id ?? '', '--by', 'ana'];
  const approved = await runProgram(at, ...approve);
  expect(approved).toMatchObject({ exit: 0 });
  expect(approved.out).toContain('troupe resume s1');
  expect(await notes()).toEqual(['printer.md']);
  expect((await runProgram(at, ...approve)).exit).toBe(6);

  const resumed = await runProgram(at, 'resume', 's1', '--json');
  expect(resumed.exit).toBe(0);
  expect(linesOf(resumed).at(-1)).toMatchObject({
    type: 'result',
    session_id: 's1',
    state: 'complete',
    completion: 'completed',
  });
  expect(await notes()).toEqual([]);

  const verified = await runProgram(at, 'evidence', 'verify', 's1');
  expect(verified).toMatchObject({ exit: 0, err: '' });
  const exported = await runProgram(at, 'evidence', 'export', 's1');
  expect(exported.out).toContain('"approved_by":"ana"');
  for (const { out, err } of [checked, ran, resumed, exported]) {
    expect(out + err).not.toContain(API_KEY);
  }
  expect(await readFile(join(at.folder, '.gitignore'), 'utf8')).toBe('.troupe/\n');
});

test('what a person denies does not run, and the model reads why', async () => {
  const [, ask = { intent: 'note_taking' }, end = { intent: 'conversation' }] = TURNS;
  const at = await openWorkspace([ask, end]);
  await runProgram(at, 'init');
  expect((await runProgram(at, 'run', 'Tidy up', '--session', 's1')).exit).toBe(5);
  const [approval] = valueOf<Approval[]>(await runProgram(at, 'approvals', 'list', '--json'));
  const deny = ['approvals', 'deny', approval?.request_id ?? '', '--reason', 'keep it'];
  expect((await runProgram(at, ...deny)).exit).toBe(0);

  expect((await runProgram(at, 'resume', 's1')).exit).toBe(0);
  const shown = await runProgram(at, 'sessions', 'show', 's1');
  expect(shown.out).toMatch(/^result .*APPROVAL_DENIED.*keep it/m);
  expect(shown.out).toMatch(/state +complete/);
});
