/** `troupe init`: what it writes can be used at once, and nothing is overwritten. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deskIn, openDesk, scratchFolder, startModel } from './support/desk.ts';
import { ENDS, WRITES } from './support/turns.ts';

test('the workspace loads without a problem or a warning', async () => {
  const desk = await openDesk();
  const [checked] = await desk.lines('config', 'check');
  expect(checked).toMatchObject({
    ok: true,
    models: [{ name: 'assistant', is_default: true }],
    intents: ['conversation', 'note_taking'],
    tools: ['notes:list', 'notes:write', 'notes:delete'],
    warnings: [],
  });
});

test('its rules decide as its table of cases says', async () => {
  const { exit, out } = await (await openDesk()).call('policy', 'test');
  expect({ exit, end: out.split('\n').at(-2) }).toEqual({ exit: 0, end: '3 of 3 as expected' });
});

test('its tools do what they say', async () => {
  const list = { intent: 'note_taking', tools: [{ name: 'notes:list', input: {} }] };
  const desk = await openDesk([list, WRITES, list, ENDS]);
  const events = await desk.lines('run', 'hello');
  expect(events.at(-1)).toMatchObject({ type: 'result', state: 'complete' });
  const results = events.flatMap((event) => {
    const { role, content } = (event['message'] ?? {}) as { role?: string; content?: string };
    return role === 'tool' ? [JSON.parse(content ?? '') as unknown] : [];
  });
  expect(results).toEqual([
    { success: true, data: { notes: [] } },
    { success: true, data: { path: 'notes/printer.md' } },
    { success: true, data: { notes: [{ name: 'printer', text: 'Repaired.' }] } },
  ]);
  expect(await desk.read('notes/printer.md')).toBe('Repaired.');
});

test('it tells what it wrote and what comes next', async () => {
  const desk = deskIn(await scratchFolder());
  const { exit, out } = await desk.call('init', 'desk');
  expect(exit).toBe(0);
  expect(out).toContain('workspace.yaml, tools/notes.mts, policy.test.yaml, .gitignore');
  expect(out).toMatch(
    /\n  cd desk\n(?:.*\n)*  troupe config check && troupe policy test\n  troupe run /,
  );
  expect((await desk.call('init', "ana's desk")).out).toContain(String.raw`cd 'ana'\''s desk'`);
  const [written] = await deskIn(await scratchFolder()).lines('init');
  const files = ['workspace.yaml', 'tools/notes.mts', 'policy.test.yaml', '.gitignore'];
  expect(written).toMatchObject({ files });
});

describe('what is there', () => {
  test.each(['workspace.yaml', 'tools/notes.mts', 'policy.test.yaml'])(
    '%s is not overwritten',
    async (path) => {
      const desk = deskIn(await scratchFolder());
      await mkdir(join(desk.folder, 'tools'));
      await desk.write(path, 'mine');
      const { exit, err } = await desk.call('init');
      expect(exit).toBe(2);
      expect(err).toContain(`has ${path} already`);
      expect(await desk.read(path)).toBe('mine');
      expect(await desk.has('.gitignore')).toBe(false);
    },
  );

  test.each([
    ['node_modules/\n', 'node_modules/\n.troupe/\n'],
    ['node_modules/', 'node_modules/\n.troupe/\n'],
    ['.troupe/\r\ndist/\r\n', '.troupe/\r\ndist/\r\n'],
  ])('a .gitignore with %j gets the line once', async (text, expected) => {
    const desk = deskIn(await scratchFolder());
    await desk.write('.gitignore', text);
    expect((await desk.call('init')).exit).toBe(0);
    expect(await desk.read('.gitignore')).toBe(expected);
  });

  test('a file in place of the folder is told', async () => {
    const desk = deskIn(await scratchFolder());
    await desk.write('desk', '');
    const { exit, err } = await desk.call('init', 'desk');
    expect(exit).toBe(2);
    expect(err).toContain('USAGE: Cannot write to ');
  });
});

test('a folder below the workspace works in it', async () => {
  const desk = await openDesk();
  const below = join(desk.folder, 'tools');
  const environment = await startModel([ENDS]);
  const { exit } = await deskIn(below, environment).call('run', 'hello', '--session', 's1');
  expect(exit).toBe(0);
  expect(await desk.lines('sessions', 'list')).toMatchObject([[{ session_id: 's1' }]]);
});
