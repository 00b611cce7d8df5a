/** `troupe approvals`: a decision in another process than the session; nothing runs before it. */
import { describe, expect, test } from 'vitest';
import { openDesk, startModel, deskIn, type Desk } from './support/desk.ts';
import { DELETES, ENDS, WRITES } from './support/turns.ts';

/** A desk whose session s1 wants to delete the note, and the id of that request. */
async function parkedDesk(): Promise<{ desk: Desk; request_id: string }> {
  const desk = await openDesk([WRITES, DELETES, ENDS]);
  const { exit, out } = await desk.call('run', 'hello', '--session', 's1');
  expect(exit).toBe(5);
  const [request_id] = /apr-\w+/.exec(out) ?? [''];
  return { desk, request_id };
}

describe('a parked session', () => {
  test('is listed with what it wants', async () => {
    const { desk, request_id } = await parkedDesk();
    const { out } = await desk.call('approvals', 'list');
    expect(out).toMatch(new RegExp(`^${request_id} +s1 +notes:delete +20`, 'm'));
    expect(await desk.lines('approvals', 'list')).toMatchObject([
      [{ request_id, tool_name: 'notes:delete', input: { name: 'printer' }, status: 'pending' }],
    ]);
  });

  test('shows the exact call before it is approved, and waits until it is resumed', async () => {
    const { desk, request_id } = await parkedDesk();
    const { exit, out, err } = await desk.call('approvals', 'approve', request_id);
    expect(exit).toBe(0);
    expect(err).toMatch(/^notes:delete\n  name "printer"\n/);
    expect(out).toBe('Approved by ana. Go on with\n  troupe resume s1\n');
    expect(await desk.has('notes/printer.md')).toBe(true);
    expect((await desk.call('approvals', 'list')).out).toBe('No pending approvals\n');

    expect((await desk.call('resume', 's1')).exit).toBe(0);
    expect(await desk.has('notes/printer.md')).toBe(false);
    expect((await desk.call('evidence', 'verify', 's1')).exit).toBe(0);
  });

  test('is told who approved, and why', async () => {
    const { desk, request_id } = await parkedDesk();
    const why = ['--by', 'bo', '--reason', 'it is old'];
    const [resolved] = await desk.lines('approvals', 'approve', request_id, ...why);
    expect(resolved).toMatchObject({
      request_id,
      approved: true,
      approved_by: 'bo',
      reason: 'it is old',
      next: ['troupe resume s1'],
    });
  });

  test('does not run what is denied; the model reads why', async () => {
    const { desk, request_id } = await parkedDesk();
    const denied = await desk.call('approvals', 'deny', request_id, '--reason', 'keep it');
    expect(denied).toMatchObject({
      exit: 0,
      out: 'Declined by ana. Go on with\n  troupe resume s1\n',
    });
    expect((await desk.call('resume', 's1')).exit).toBe(0);
    const { out } = await desk.call('sessions', 'show', 's1');
    expect(out).toMatch(/^result .*"code":"APPROVAL_DENIED".*keep it/m);
    expect(await desk.has('notes/printer.md')).toBe(true);
  });

  test('a decision is final', async () => {
    const { desk, request_id } = await parkedDesk();
    await desk.call('approvals', 'deny', request_id);
    const { exit, err } = await desk.call('approvals', 'approve', request_id);
    expect(exit).toBe(6);
    expect(err).toContain('APPROVAL_NOT_PENDING');
  });
});

describe('an edited input', () => {
  test('is shown as what it changes, when it is approved and later', async () => {
    const { desk, request_id } = await parkedDesk();
    const edit = ['--edit', '{"name":"scanner"}'];
    const { err } = await desk.call('approvals', 'approve', request_id, ...edit);
    const difference = 'edited\n  /name "printer" -> "scanner"\n\n';
    expect(err).toMatch(/^notes:delete\n {2}name "printer"\n/);
    expect(err).toContain(`\n\n${difference}`);
    const { out } = await desk.call('resume', 's1');
    const [edited_id = ''] = /apr-\w+(?=, with another input than asked for)/.exec(out) ?? [];
    const shown = await desk.call('approvals', 'show', edited_id);
    expect(shown.out.startsWith(`${difference}notes:delete\n  name "scanner"\n`)).toBe(true);
    expect(shown.out).toMatch(new RegExp(`^edited from +${request_id}$`, 'm'));
  });

  test.each([
    ['in place', '{"name":"scanner"}'],
    ['in a file', '@edited.json'],
    ['on standard input', '-'],
  ])('%s runs instead of the one that was asked for', async (_, edit) => {
    const { desk, request_id } = await parkedDesk();
    await desk.write('edited.json', '{"name":"scanner"}');
    const outside = { readInput: async () => '{"name":"scanner"}' };
    const words = ['approvals', 'approve', request_id, '--edit', edit];
    expect((await desk.callWith(outside, ...words)).exit).toBe(0);
    const { exit, out } = await desk.call('resume', 's1');
    expect(exit).toBe(0);
    expect(out).toContain('{"deleted":"scanner"}');
    expect(await desk.has('notes/printer.md')).toBe(true);
  });

  test.each([
    ['that the schema refuses', '{"name":"../etc"}', 2, 'INVALID_INPUT'],
    ['that is no object', '[1]', 2, 'INVALID_INPUT'],
  ])('%s leaves the request as it is', async (_, edit, code, told) => {
    const { desk, request_id } = await parkedDesk();
    const { exit, err } = await desk.call('approvals', 'approve', request_id, '--edit', edit);
    expect(exit).toBe(code);
    expect(err).toContain(told);
    expect(await desk.lines('approvals', 'list')).toMatchObject([[{ request_id }]]);
  });
});

test('what hides in an input is seen before it runs', async () => {
  const input = { name: 'printer', text: 'txt.\u202egpj \u001b[8m' };
  const turn = { intent: 'note_taking', tools: [{ name: 'notes:write', input }] };
  const desk = await openDesk();
  const text = await desk.read('workspace.yaml');
  const asks = text.replace('        - notes:write\n', '').replace('notes:delete', 'notes:write');
  await desk.write('workspace.yaml', asks);
  const at = deskIn(desk.folder, await startModel([turn]));
  const { out } = await at.call('run', 'hello');
  const [request_id = ''] = /apr-\w+/.exec(out) ?? [];
  const { exit, err } = await at.call('approvals', 'approve', request_id);
  expect(exit).toBe(0);
  expect(err).toContain('  name "printer"\n  text "txt.\\u202egpj \\u001b[8m"\n');
  expect(out + err).not.toMatch(/[\u001b\u202e]/);
});
