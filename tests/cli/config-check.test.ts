/** `troupe config check`: every problem with its place, or what the workspace comes to. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { API_KEY, deskIn, openDesk, scratchFolder } from './support/desk.ts';

const BROKEN = `\
id: desk
agent_runtme: {}
troupe:
  approvals:
    expires_in_ms: soon
`;

test('every problem is told with file, line and column', async () => {
  const desk = deskIn(await scratchFolder());
  await desk.write('workspace.yaml', BROKEN);
  const { exit, out, err } = await desk.call('config', 'check');
  const file = join(desk.folder, 'workspace.yaml');
  expect({ exit, out }).toEqual({ exit: 2, out: '' });
  expect(err).toContain(`CONFIG_INVALID: ${file} has 2 problems\n`);
  expect(err).toContain(`${file}:2:1 agent_runtme: unknown key`);
  expect(err).toContain(`${file}:5:20 troupe.approvals.expires_in_ms: expected`);
  const [told] = await desk.lines('config', 'check');
  expect(told).toMatchObject({
    error: {
      code: 'CONFIG_INVALID',
      details: { problems: [{ line: 2, column: 1 }, { path: 'troupe.approvals.expires_in_ms' }] },
    },
  });
});

test('variables are told by name, set or missing, and never with their value', async () => {
  const desk = await openDesk();
  const { exit, out } = await desk.call('config', 'check');
  expect(exit).toBe(0);
  expect(out).toMatch(/^ +set +AGENT_RUNTIME_API_KEY$/m);
  const empty = await deskIn(desk.folder, { AGENT_RUNTIME_API_KEY: ' ' }).call('config', 'check');
  expect(empty.exit).toBe(0);
  expect(empty.out).toMatch(/^ +missing +AGENT_RUNTIME_API_KEY$/m);
  expect(empty.out).toMatch(/^ +missing +AGENT_RUNTIME_BASE_URL$/m);
  expect(out + JSON.stringify(await desk.lines('config', 'check'))).not.toContain(API_KEY);
});

test('an intent that names a tool which is not there is warned of', async () => {
  const desk = await openDesk();
  const text = await desk.read('workspace.yaml');
  await desk.write('workspace.yaml', text.replace('- notes:list', '- notes:lst'));
  const { exit, out } = await desk.call('config', 'check');
  expect(exit).toBe(0);
  expect(out).toContain('Warning: Intent note_taking names notes:lst, and no tool module has');
});

test('a folder without a workspace.yaml is told what to do', async () => {
  const { exit, err } = await deskIn(await scratchFolder()).call('config', 'check');
  expect(exit).toBe(2);
  expect(err).toMatch(/^CONFIG_NOT_FOUND: .*\nRun troupe init/);
});
