/** What an approver may grant beside one call, and which calls have its shape. */
import { describe, expect, test } from 'vitest';
import { approvalDigest, requestApproval } from '../../kernel/approvals.ts';
import { approvalResolution, type Approval } from '../../kernel/contract/index.ts';
import { assertMayGrant, grantGiven } from '../../kernel/grants.ts';
import { shapeOf, shapeOfDigest } from '../../kernel/grant-shape.ts';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR_MS = 60 * 60_000;
const INPUT = { to: ['ben', 'carla'], text: 'hello', options: { urgent: true, 'a/b': null } };
const CALL = { session_id: 's', tool_name: 'notes:write', input: INPUT, policy_version: 'pv-1' };

const approvalOf = (change: Partial<Approval> = {}): Approval => ({
  ...requestApproval({
    ...{ ...CALL, task_id: 't', run_id: 'r', effect_id: 's/tool/0', policy_decisions: [] },
    ...{ ordinal: 1, now: NOW, ttl_ms: 24 * HOUR_MS },
  }),
  ...change,
});

const resolutionOf = (vary?: readonly string[], change: object = {}) =>
  approvalResolution.parse({
    ...{ request_id: 'apr-1', approved: true, approved_by: 'anna' },
    grant: { expires_in_ms: HOUR_MS, ...(vary && { vary }) },
    ...change,
  });

const shapeBy = (vary: readonly string[]): string | undefined =>
  grantGiven(approvalOf(), resolutionOf(vary), NOW)?.shape;

test('a grant names its shape, its policy and the instant of its end', () => {
  expect(grantGiven(approvalOf(), resolutionOf(['/text', '/to/0', '/text']), NOW)).toEqual({
    shape: shapeOf(CALL, ['/text', '/to/0']),
    vary: ['/text', '/to/0'],
    policy_version: 'pv-1',
    expires_at: '2026-01-01T01:00:00.000Z',
  });
  expect(
    grantGiven(approvalOf(), resolutionOf(undefined, { grant: undefined }), NOW),
  ).toBeUndefined();
});

test('where nothing may vary the shape is that of the digest, whatever the record shows', () => {
  const redacted = approvalOf({ input: { ...INPUT, text: '[redacted]' } });
  expect(grantGiven(redacted, resolutionOf(), NOW)?.shape).toBe(
    shapeOfDigest(approvalDigest(CALL), []),
  );
  expect(shapeOf(CALL, [])).toBe(shapeOfDigest(approvalDigest(CALL), []));
});

describe('a call that differs from the approved one', () => {
  const TEXT = ['/text'];
  const FIRST = ['/to/0'];
  const WITH = (change: object) => ({ input: { ...INPUT, ...change } });
  test.each<[string, readonly string[], object, boolean]>([
    ['in nothing', [], {}, true],
    [
      'in the order of its keys',
      [],
      { input: Object.fromEntries(Object.entries(INPUT).toReversed()) },
      true,
    ],
    ['in nothing, where something may vary', TEXT, {}, true],
    ['where it may', TEXT, WITH({ text: 'bye' }), true],
    ['where it may, in a list', FIRST, WITH({ to: ['dora', 'carla'] }), true],
    ['where it may, under an escaped name', ['/options/a~1b'], {}, true],
    ['where it may, in a whole object', ['/options'], WITH({ options: { x: 1 } }), true],
    ['in its only text, which may not', [], WITH({ text: 'bye' }), false],
    ['in case', [], WITH({ text: 'Hello' }), false],
    ['in another place than it may', TEXT, WITH({ to: ['dora', 'carla'] }), false],
    ['in the type of what may vary', TEXT, WITH({ text: 1 }), false],
    ['in what may vary being null', TEXT, WITH({ text: null }), false],
    ['in a list in the place of an object', ['/options'], WITH({ options: [] }), false],
    ['in the length of a list', FIRST, WITH({ to: ['dora', 'carla', 'eve'] }), false],
    ['in one more key', TEXT, WITH({ also: 'this' }), false],
    ['in one key less', TEXT, { input: { to: INPUT.to, options: INPUT.options } }, false],
    ['in the type of a value that may not', TEXT, WITH({ to: 'ben' }), false],
    [
      'in the place that may vary being inherited',
      TEXT,
      { input: Object.create(INPUT) as object },
      false,
    ],
    ['in its session', TEXT, { session_id: 's2' }, false],
    ['in its tool', TEXT, { tool_name: 'notes:erase' }, false],
    ['in its policy', TEXT, { policy_version: 'pv-2' }, false],
  ])('%s', (_, vary, change, isCovered) => {
    const isSame = shapeOf({ ...CALL, ...change }, vary) === shapeBy(vary);
    expect(isSame).toBe(isCovered);
  });

  test('is of another shape where something else may vary', () => {
    const shapes = [[], ['/text'], ['/to'], ['/text', '/to']].map(shapeBy);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  test('cannot pass for another by writing down what stands for what varies', () => {
    const forged = { ...INPUT, options: 'any object' };
    expect(shapeOf({ ...CALL, input: forged }, [])).not.toBe(shapeBy(['/options']));
    expect(shapeOf({ ...CALL, input: forged }, ['/options'])).not.toBe(shapeBy(['/options']));
  });
});

describe('INVALID_INPUT', () => {
  test.each([
    ['a place that the call does not have', ['/subject']],
    ['a place behind the end of a list', ['/to/2']],
    ['the end of a list', ['/to/-']],
    ['every item of a list', ['/to/*']],
    ['the whole input', ['']],
    ['a place inside another', ['/options', '/options/urgent']],
    ['an inherited member', ['/constructor']],
  ])('for a grant that lets vary %s', (_, vary) => {
    expect(() => grantGiven(approvalOf(), resolutionOf(vary), NOW)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });

  test.each<[string, Partial<Approval>, object]>([
    ['a denial', {}, { approved: false }],
    ['an edit', {}, { edited_input: { text: 'b' } }],
    ['a vote', { terms: { quorum: 2 } }, {}],
    ['a deferred call', { deferred: true }, {}],
  ])('for a grant that comes with %s', (_, approval, change) => {
    const give = () => assertMayGrant(approvalOf(approval), resolutionOf([], change));
    expect(give).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test.each([
    ['no end', {}],
    ['an end at once', { expires_in_ms: 0 }],
    ['half a millisecond', { expires_in_ms: 0.5 }],
    ['more than 30 days', { expires_in_ms: 30 * 24 * HOUR_MS + 1 }],
    ['no end at all', { expires_in_ms: Infinity }],
    ['a place that is no pointer', { expires_in_ms: 1, vary: ['text'] }],
    ['an unknown member', { expires_in_ms: 1, tools: ['*'] }],
  ])('for %s', (_, grant) => {
    const resolution = { request_id: 'r', approved: true, approved_by: 'anna', grant };
    expect(approvalResolution.safeParse(resolution).success).toBe(false);
  });
});

test('a grant goes with a lone approval', () => {
  expect(() => assertMayGrant(approvalOf({ terms: { quorum: 1 } }), resolutionOf())).not.toThrow();
});
