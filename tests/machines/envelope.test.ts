/** The envelope: what it refuses, and how a saved session is carried from version to version. */
import { describe, expect, test } from 'vitest';
import { envelope, upcast, type Envelope, type Upcast } from '../../machines/index.ts';

const SAVED: Envelope = {
  schema_version: 1,
  machine_id: 'session',
  machine_version: '1',
  saved_at: '2026-01-05T08:00:00.000Z',
  created_at: '2026-01-05T08:00:00.000Z',
  driver: 'host',
  snapshot: { status: 'active', value: { awaiting_turn: 'idle' }, context: { turn_count: 3 } },
};

const at = (machine_version: string, machine_id = 'session') => ({ machine_id, machine_version });

/** A change of one release: to another version, and to another context. */
const to =
  (machine_version: string, added: Record<string, unknown> = {}): Upcast =>
  (saved) => ({
    ...saved,
    machine_version,
    snapshot: { ...saved.snapshot, context: { ...saved.snapshot.context, ...added } },
  });

describe('an envelope', () => {
  test('keeps what XState adds to a snapshot', () => {
    const snapshot = { ...SAVED.snapshot, children: {}, historyValue: {} };
    expect(envelope.parse({ ...SAVED, snapshot })).toEqual({ ...SAVED, snapshot });
  });

  test.each([
    ['a later schema', { schema_version: 2 }],
    ['no machine', { machine_id: '' }],
    ['no version', { machine_version: undefined }],
    ['no instant', { saved_at: 'yesterday' }],
    ['an unknown driver', { driver: 'somebody' }],
    ['an unknown field', { secret: 'x' }],
    ['an unknown status', { snapshot: { ...SAVED.snapshot, status: 'paused' } }],
    ['no context', { snapshot: { status: 'active', value: 'scheduled' } }],
  ])('refuses %s', (_, change) => {
    expect(envelope.safeParse({ ...SAVED, ...change }).success).toBe(false);
  });
});

describe('upcast', () => {
  test('leaves an envelope of the current version alone', () => {
    expect(upcast(SAVED, at('1'), { 1: to('2') })).toBe(SAVED);
  });

  test('takes every version in turn', () => {
    const carried = upcast(SAVED, at('4'), {
      1: to('2', { busy_ms: 0 }),
      2: to('4', { busy_ms: 7, attempt: 1 }),
      3: to('4', { wrong: true }),
    });
    expect(carried.machine_version).toBe('4');
    expect(carried.snapshot.context).toEqual({ turn_count: 3, busy_ms: 7, attempt: 1 });
    expect(SAVED.snapshot.context).toEqual({ turn_count: 3 });
  });

  test.each([
    ['a later version', SAVED, at('0'), {}],
    ['a version that no step starts from', SAVED, at('3'), { 2: to('3') }],
    ['a chain that ends early', SAVED, at('3'), { 1: to('2') }],
    ['steps that lead in a circle', SAVED, at('3'), { 1: to('2'), 2: to('1') }],
    ['another machine', SAVED, at('1', 'workflow'), {}],
    ['a version that every object has', { ...SAVED, machine_version: 'constructor' }, at('1'), {}],
  ])('refuses %s', (_, saved, current, steps) => {
    expect(() => upcast(saved, current, steps)).toThrowError(
      expect.objectContaining({
        code: 'MACHINE_VERSION_UNKNOWN',
        message:
          `Saved by session version ${saved.machine_version}, expected ` +
          `${current.machine_id} version ${current.machine_version} or one that leads there`,
      }) as Error,
    );
  });
});
