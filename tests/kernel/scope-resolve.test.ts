/**
 * What a tool needs is intersected with every layer (cases X1 to X12, X14). A scope is written
 * `r:pattern`, `w:pattern`, `off`, `full` or `net:entry,entry`; a list has blanks between.
 * A need of which nothing is left is denied; one of which a part is left is narrowed.
 */
import { describe, expect, test } from 'vitest';
import type { ToolScope } from '../../kernel/contract/index.ts';
import { resolveScopes } from '../../kernel/scope/resolve.ts';

function scopeOf(text: string): ToolScope {
  if (text === 'off' || text === 'full') return { type: 'network', posture: text };
  const [kind, rest = ''] = text.split(/:(.*)/);
  if (kind === 'net') {
    return { type: 'network', posture: 'allowlist', allowlist_entries: rest.split(',') };
  }
  return { type: 'path', pattern: rest, access: kind === 'w' ? 'write' : 'read' };
}

const scopes = (list: string): readonly ToolScope[] =>
  list.split(' ').flatMap((text) => (text === '' ? [] : scopeOf(text)));

const said = (scope: ToolScope): string => {
  if (scope.type === 'path') return `${scope.access === 'read' ? 'r' : 'w'}:${scope.pattern}`;
  return scope.allowlist_entries ? `net:${scope.allowlist_entries.join(',')}` : scope.posture;
};

// prettier-ignore
test.each([
  // title                        workspace          lane           task        needed                 allowed
  ['no need is no denial',        '',                '',            '',         '',                    ''],
  ['X1 narrowest of nested',      'r:**',            'r:a/**',      'r:a/b/**', 'r:a/b/c',             'r:a/b/c'],
  ['X1 and nothing wider',        'r:**',            'r:a/**',      'r:a/b/**', 'r:a/**',              'r:a/b/**'],
  ['X2 read gives no write',      'r:**',            '',            '',         'w:a',                 ''],
  ['X2 write gives no read',      'w:**',            '',            '',         'r:a',                 ''],
  ['X2 both where both are',      'r:a/** w:b/**',   '',            '',         'r:a/x w:b/x',         'r:a/x w:b/x'],
  ['X3 task off removes full',    'full',            'full',        'off',      'full',                ''],
  ['X3 kind that a layer lacks',  'r:** full',       'full',        '',         'r:a',                 ''],
  ['X4 four nested wildcards',    'r:**',            'r:a/**',      'r:a/b/**', 'r:a/b/c/**',          'r:a/b/c/**'],
  ['X5 empty workspace',          '',                'r:**',        'r:**',     'r:a',                 ''],
  ['X5 empty lane says nothing',  'r:**',            '',            '',         'r:a',                 'r:a'],
  ['X6 disjoint layers',          'r:a/**',          'r:b/**',      '',         'r:a/x',               ''],
  ['X7 lane and task differ',     'r:**',            'r:a/**',      'r:b/**',   'r:b/x',               ''],
  ['crossing layers',             'r:**',            'r:a/*/c',     'r:a/b/*',  'r:**',                'r:a/b/c'],
  ['two grants of one layer',     'r:a/** r:b/**',   '',            '',         'r:*/x',               'r:a/x r:b/x'],
  ['X8 full where all agree',     'full',            'full',        'full',     'full',                'full'],
  ['X9 allowlist within all',     'net:a:1,b:1',     'net:a:1',     'net:a:1',  'net:a:1',             'net:a:1'],
  ['X9 allowlist in part',        'net:a:1,b:1',     'net:a:1',     '',         'net:a:1,b:1',         'net:a:1'],
  ['X10 no common host',          'net:a:1',         'net:b:1',     '',         'net:a:1',             ''],
  ['X11 full under allowlist',    'net:a:1',         '',            '',         'full',                'net:a:1'],
  ['X11 allowlist under full',    'full',            'net:a:1',     '',         'net:a:1',             'net:a:1'],
  ['X12 off blocks allowlist',    'net:a:1',         'off',         '',         'net:a:1',             ''],
  ['X12 off beside allowlist',    'net:a:1 off',     '',            '',         'net:a:1',             ''],
  ['entries of grants add up',    'net:a:1 net:b:1', '',            '',         'net:a:1,b:1',         'net:a:1,b:1'],
  ['off is nothing to grant',     'r:**',            'r:**',        '',         'off',                 'off'],
  ['no grant of the kind',        'r:**',            '',            '',         'net:a:1',             ''],
  ['each need for itself',        'r:**',            '',            '',         'r:a net:a:1',         'r:a'],
  ['a port counts',               'net:a:1',         '',            '',         'net:a:2',             ''],
  ['an address within a CIDR',    'net:10.0.0.0/8',  '',            '',         'net:10.0.0.1:1',      'net:10.0.0.1:1'],
  ['X14 declared and derived',    'net:a:1',         '',            '',         'net:a:1,b:1 net:a:1', 'net:a:1'],
])('%s', (_, workspace, lane, task, needed, allowed) => {
  const required = scopes(needed);
  const resolution = resolveScopes({
    workspace: scopes(workspace),
    lane: scopes(lane),
    task: scopes(task),
    required,
  });
  const wasDenied = resolution.denied.length > 0;
  expect(resolution.requested).toEqual(required);
  expect(resolution.allowed.map(said).join(' ')).toBe(allowed);
  expect(resolution.enforced).toEqual(wasDenied ? [] : resolution.allowed);
});

test.each([
  // workspace       needed          denied      narrowed
  ['r:a/**', 'r:a/x', '', ''],
  ['r:a/**', 'r:**', '', 'r:**'],
  ['r:a/**', 'r:b/**', 'r:b/**', ''],
  ['r:a/**', 'r:a/** r:b/**', 'r:b/**', ''],
  ['net:a:1', 'net:a:1,b:1', '', 'net:a:1,b:1'],
  ['net:a:1', 'full', '', 'full'],
  ['net:*.x:1', 'net:a.x:1,b.x:1', '', ''],
])('of %s, a tool that needs %s is denied [%s] and narrowed in [%s]', (...row) => {
  const [workspace, needed, denied, narrowed] = row;
  const resolution = resolveScopes({ workspace: scopes(workspace), required: scopes(needed) });
  expect(resolution.denied.map(said).join(' ')).toBe(denied);
  expect(resolution.narrowed.map(said).join(' ')).toBe(narrowed);
});

describe('the caller', () => {
  const resolve = (caller: string | undefined, needed: string) =>
    resolveScopes({
      workspace: scopes('r:src/**'),
      caller: caller === undefined ? undefined : scopes(caller),
      required: scopes(needed),
    });

  test.each([
    ['says nothing', undefined, 'r:src/a', 'r:src/a'],
    ['gives an empty list', '', 'r:src/a', 'r:src/a'],
    ['tightens to the need', 'r:src/a', 'r:src/a', 'r:src/a'],
    ['tightens below the need', 'r:src/b', 'r:src/a', ''],
    ['narrows the need', 'r:src/a/**', 'r:src/**', 'r:src/a/**'],
    ['never adds', 'r:** w:** full', 'w:src/a net:a:1', ''],
  ])('%s', (_, caller, needed, enforced) => {
    expect(resolve(caller, needed).enforced.map(said).join(' ')).toBe(enforced);
  });
});
