/**
 * What a tool needs is granted in full by every layer, or not at all (cases X1 to X12). A scope is
 * written `r:pattern`, `w:pattern`, `off`, `full` or `net:entry,entry`; a list has blanks between.
 * `+` and `-` say of each need whether it is granted.
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

// prettier-ignore
test.each([
  // title                       workspace          lane       task        needed            granted
  ['no need is no denial',       '',                '',        '',         '',               ''],
  ['X1 narrowest of nested',     'r:**',            'r:a/**',  'r:a/b/**', 'r:a/b/c',        '+'],
  ['X1 and nothing wider',       'r:**',            'r:a/**',  'r:a/b/**', 'r:a/**',         '-'],
  ['X2 read gives no write',     'r:**',            '',        '',         'w:a',            '-'],
  ['X2 write gives no read',     'w:**',            '',        '',         'r:a',            '-'],
  ['X2 both where both are',     'r:a/** w:b/**',   '',        '',         'r:a/x w:b/x',    '++'],
  ['X3 task off removes full',   'full',            'full',    'off',      'full',           '-'],
  ['X3 kind that a layer lacks', 'r:** full',       'full',    '',         'r:a',            '-'],
  ['X4 four nested wildcards',   'r:**',            'r:a/**',  'r:a/b/**', 'r:a/b/c/**',     '+'],
  ['X5 empty workspace',         '',                'r:**',    'r:**',     'r:a',            '-'],
  ['X5 empty lane',              'r:**',            '',        '',         'r:a',            '+'],
  ['X6 disjoint layers',         'r:a/**',          'r:b/**',  '',         'r:a/x',          '-'],
  ['X7 lane and task differ',    'r:**',            'r:a/**',  'r:b/**',   'r:b/x',          '-'],
  ['X8 full where all agree',    'full',            'full',    'full',     'full',           '+'],
  ['X9 allowlist within all',    'net:a:1,b:1',     'net:a:1', 'net:a:1',  'net:a:1',        '+'],
  ['X9 allowlist in part',       'net:a:1,b:1',     'net:a:1', '',         'net:a:1,b:1',    '-'],
  ['X10 no common host',         'net:a:1',         'net:b:1', '',         'net:a:1',        '-'],
  ['X11 full under allowlist',   'net:a:1',         '',        '',         'full',           '-'],
  ['X11 allowlist under full',   'full',            'net:a:1', '',         'net:a:1',        '+'],
  ['X12 off blocks allowlist',   'net:a:1',         'off',     '',         'net:a:1',        '-'],
  ['X12 off beside allowlist',   'net:a:1 off',     '',        '',         'net:a:1',        '-'],
  ['entries of grants add up',   'net:a:1 net:b:1', '',        '',         'net:a:1,b:1',    '+'],
  ['off is nothing to grant',    'r:**',            'r:**',    '',         'off',            '+'],
  ['no grant of the kind',       'r:**',            '',        '',         'net:a:1',        '-'],
  ['each need for itself',       'r:**',            '',        '',         'r:a net:a:1',    '+-'],
  ['a port counts',              'net:a:1',         '',        '',         'net:a:2',        '-'],
  ['a CIDR is a text',           'net:10.0.0.0/8',  '',        '',         'net:10.0.0.1:1', '-'],
])('%s', (_, workspace, lane, task, needed, granted) => {
  const required = scopes(needed);
  const isGranted = (_need: ToolScope, index: number) => granted[index] === '+';
  const allowed = required.filter(isGranted);
  const resolution = resolveScopes({
    workspace: scopes(workspace),
    lane: scopes(lane),
    task: scopes(task),
    required,
  });
  expect(resolution).toEqual({
    requested: required,
    allowed,
    denied: required.filter((need, index) => !isGranted(need, index)),
    enforced: granted.includes('-') ? [] : required,
  });
});

describe('the caller', () => {
  const deniedFor = (caller: string | undefined, needed: string) =>
    resolveScopes({
      workspace: scopes('r:src/**'),
      caller: caller === undefined ? undefined : scopes(caller),
      required: scopes(needed),
    }).denied;

  test.each([
    ['says nothing', undefined, 'r:src/a', ''],
    ['gives an empty list', '', 'r:src/a', ''],
    ['tightens to the need', 'r:src/a', 'r:src/a', ''],
    ['tightens below the need', 'r:src/b', 'r:src/a', 'r:src/a'],
    ['never adds', 'r:** w:** full', 'w:src/a net:a:1', 'w:src/a net:a:1'],
  ])('%s', (_, caller, needed, denied) => {
    expect(deniedFor(caller, needed)).toEqual(scopes(denied));
  });
});
