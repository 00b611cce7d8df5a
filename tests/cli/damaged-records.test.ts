/** Damaged records: what cannot be read is named, and no list that leaves it out looks whole. */
import { join } from 'node:path';
import { openLevelStore } from 'troupe/adapters';
import { describeError, type RecordKind } from 'troupe/kernel';
import { expect, test } from 'vitest';
import { openDesk, type Desk } from './support/desk.ts';
import { DELETES, ENDS } from './support/turns.ts';

/** Puts what nobody wrote into a record, as a failing disk would. */
async function damage({ folder }: Desk, kind: RecordKind, key: readonly string[]): Promise<void> {
  const store = await openLevelStore(join(folder, '.troupe', 'store'));
  await store.commit([{ kind, key, value: '{damaged\u001b[2J' }]);
  await store.close();
}

async function openDamaged(kind: RecordKind): Promise<{ desk: Desk; request_id: string }> {
  const desk = await openDesk([ENDS, DELETES]);
  await desk.call('run', 'hello', '--session', 'whole');
  const { out } = await desk.call('run', 'hello', '--session', 'broken');
  const [request_id = ''] = /apr-\w+/.exec(out) ?? [];
  await damage(desk, kind, kind === 'approval' ? ['broken', request_id] : ['broken']);
  return { desk, request_id };
}

const EXIT = describeError('STORE_CORRUPT').exit;

test.each(['session', 'head'] as const)('a session whose %s is damaged is named', async (kind) => {
  const { desk } = await openDamaged(kind);
  const { exit, out, err } = await desk.call('sessions', 'list');
  expect(exit).toBe(EXIT);
  expect(out).toMatch(/^whole /m);
  expect(err).toContain(`STORE_CORRUPT: The record ${kind} broken is not JSON: `);
  expect(err).not.toContain('\u001b');
  const listed = await desk.call('sessions', 'list', '--json');
  expect(listed.exit).toBe(EXIT);
  expect(JSON.parse(listed.out)).toMatchObject([{ session_id: 'whole' }]);
  const shown = await desk.call('sessions', 'show', 'broken');
  expect(shown).toMatchObject({ exit: EXIT, out: '' });
});

test('a head that is damaged hides no other session from a verification', async () => {
  const { desk } = await openDamaged('head');
  const { exit, out } = await desk.call('evidence', 'verify', '--all');
  expect(exit).toBe(describeError('EVIDENCE_INVALID').exit);
  expect(out).toMatch(/^ok  whole: /m);
  expect(out).toMatch(/^NOT OK  broken: .*unreadable: The record head broken is not JSON/m);
});

test('an approval that is damaged is named', async () => {
  const { desk, request_id } = await openDamaged('approval');
  const { exit, out, err } = await desk.call('approvals', 'list');
  expect({ exit, out }).toEqual({ exit: EXIT, out: 'No pending approvals\n' });
  expect(err).toContain(`STORE_CORRUPT: The record approval broken/${request_id} is not JSON`);
});

test('an approval that was altered in the store is neither shown nor decided on', async () => {
  const desk = await openDesk([DELETES, ENDS]);
  const { out } = await desk.call('run', 'hello', '--session', 's1');
  const [request_id = ''] = /apr-\w+/.exec(out) ?? [];
  const store = await openLevelStore(join(desk.folder, '.troupe', 'store'));
  const kept = (await store.get('approval', ['s1', request_id])) ?? '';
  const value = kept.replace('"name":"printer"', '"name":"scanner"');
  await store.commit([{ kind: 'approval', key: ['s1', request_id], value }]);
  await store.close();
  const told = `STORE_CORRUPT: The record approval s1/${request_id} is not what was asked for`;
  const listed = await desk.call('approvals', 'list');
  expect(listed).toMatchObject({ exit: EXIT, out: 'No pending approvals\n' });
  expect(listed.err).toContain(told);
  for (const command of ['show', 'approve', 'deny']) {
    const { exit, out, err } = await desk.call('approvals', command, request_id);
    expect({ exit, out }).toEqual({ exit: EXIT, out: '' });
    expect(err).toContain(told);
    expect(err).not.toContain('scanner');
  }
  const asked = await desk.callWith({ isTerminal: true }, 'resume', 's1');
  expect(asked.exit).toBe(EXIT);
  expect(asked.err).toContain(told);
});
