/**
 * Arguments that name a place: where a schema marks them, how they are read, and what leads out of
 * the scopes in force, by its letters.
 */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkArguments, type Premises } from '../../kernel/scope/check-arguments.ts';
import {
  hostArgument,
  markReader,
  pathArgument,
  urlArgument,
  type ArgumentKind,
} from '../../kernel/scope/marks.ts';
import type { ToolScope } from '../../kernel/contract/index.ts';

const PREMISES: Premises = { root: '/ws', hidden: ['.troupe'], fixed: ['workspace.yaml'] };

const ENFORCED: readonly ToolScope[] = [
  { type: 'path', pattern: 'docs/**', access: 'read' },
  { type: 'path', pattern: 'docs/*.md', access: 'write' },
  { type: 'network', posture: 'allowlist', allowlist_entries: ['a.example:443', '10.0.0.0/8'] },
];
const EVERYTHING: readonly ToolScope[] = [
  { type: 'path', pattern: '**', access: 'read' },
  { type: 'path', pattern: '**', access: 'write' },
  { type: 'network', posture: 'full' },
];

function whyNot(kind: ArgumentKind, value: unknown, enforced = ENFORCED): string | undefined {
  const [problem] = checkArguments([{ kind, pointer: '/it', value }], enforced, PREMISES);
  return problem?.why;
}

describe('paths that are within the scopes', () => {
  test.each([
    ['path:read', 'docs/a.txt'],
    ['path:read', 'docs'],
    ['path:read', './docs//a/./b'],
    ['path:read', '/ws/docs/a'],
    ['path:read', 'docs/.hidden'],
    ['path:read', 'docs/a*b?'],
    ['path:write', 'docs/a.md'],
  ] as const)('%s %j', (kind, path) => expect(whyNot(kind, path)).toBeUndefined());
});

describe('paths that are not', () => {
  test.each([
    ['path:read', 'src/a', 'is not in the read scopes'],
    ['path:read', '', 'is not in the read scopes'],
    ['path:read', 'DOCS/a', 'is not in the read scopes'],
    ['path:write', 'docs/a.txt', 'is not in the write scopes'],
    ['path:write', 'docs/b/a.md', 'is not in the write scopes'],
    ['path:read', '../ws/docs/a', 'climbs'],
    ['path:read', 'docs/../../etc/passwd', 'climbs'],
    ['path:read', 'docs/..', 'climbs'],
    ['path:read', '/etc/passwd', 'outside the workspace'],
    ['path:read', '/ws-other/docs', 'outside the workspace'],
    ['path:read', '/proc/self/cwd/docs/a', 'outside the workspace'],
    ['path:read', '//ws/docs/a', 'outside the workspace'],
    ['path:read', '~/docs', 'starts with ~'],
    ['path:read', 'docs\\..\\..\\a', 'backslash'],
    ['path:read', 'docs/a\0.md', 'cannot be seen'],
    ['path:read', 'docs/a\u202Edm', 'cannot be seen'],
    ['path:read', 'docs/a\u200Bb', 'cannot be seen'],
    ['path:read', 'docs/a\uD800', 'not well-formed'],
    ['path:read', 'docs/e\u0301', 'NFC'],
    ['path:read', 'docs/a.', 'dot or a space'],
    ['path:read', 'docs ./a', 'dot or a space'],
    ['path:read', 'docs/... /a', 'dot or a space'],
    ['path:read', 7, 'not the text'],
    ['path:read', ['docs/a'], 'not the text'],
  ] as const)('%s %j %s', (kind, path, why) => expect(whyNot(kind, path)).toContain(why));
});

describe('what belongs to Troupe itself, whatever is granted', () => {
  test.each([
    ['path:read', '.troupe/store/db', 'Troupe itself'],
    ['path:write', '.troupe/keys/a', 'Troupe itself'],
    ['path:read', '.TROUPE/store', 'Troupe itself'],
    ['path:read', '.ｔroupe/store', 'Troupe itself'],
    ['path:read', 'a/../.troupe', 'climbs'],
    ['path:write', 'workspace.yaml', 'Troupe itself'],
    ['path:write', 'Workspace.YAML', 'Troupe itself'],
    ['path:write', '.', 'Troupe itself'],
    ['path:write', '', 'Troupe itself'],
  ] as const)('%s %j', (kind, path, why) => {
    expect(whyNot(kind, path, EVERYTHING)).toContain(why);
  });

  test('the configuration may be read', () => {
    expect(whyNot('path:read', 'workspace.yaml', EVERYTHING)).toBeUndefined();
  });
});

describe('URLs and hosts', () => {
  test.each([
    ['url', 'https://a.example/x', undefined],
    ['url', 'https://A.EXAMPLE:443/x?q#f', undefined],
    ['url', 'http://10.1.2.3:8080/', undefined],
    ['url', 'http://0xa.1.2.3/', undefined],
    ['url', 'http://a.example/', 'a.example:80'],
    ['url', 'https://a.example:444/', 'a.example:444'],
    ['url', 'https://a.example.evil.com/', 'evil.com'],
    ['url', 'https://a.example@evil.com/', 'credentials'],
    ['url', 'https://evil.com#@a.example/', 'evil.com:443'],
    ['url', 'https:evil.com', 'evil.com:443'],
    ['url', 'https:\\\\evil.com', 'evil.com:443'],
    ['url', 'http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['url', 'http://2130706433/', '127.0.0.1:80'],
    ['url', 'http://169.254.169.254/latest', '169.254.169.254:80'],
    ['url', 'file:///etc/passwd', 'scheme file:'],
    ['url', 'data:text/plain,x', 'scheme data:'],
    ['url', 'gopher://a.example:443/', 'scheme gopher:'],
    ['url', '/x', 'not an absolute URL'],
    ['url', '', 'not an absolute URL'],
    ['host', 'a.example:443', undefined],
    ['host', '10.0.0.1:1', undefined],
    ['host', 'a.example', 'not host:port'],
    ['host', 'a.example:443:1', 'not host:port'],
    ['host', 'b.example:443', 'b.example:443'],
    ['host', 'a.example/x:443', 'names no host'],
  ] as const)('%s %j %s', (kind, text, why) => {
    const found = whyNot(kind, text);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(why);
  });
});

describe('marks', () => {
  const path = () => pathArgument('read');
  const node = z.object({
    get children() {
      return z.array(node).optional();
    },
    file: path().optional(),
  });

  // prettier-ignore
  test.each([
    ['a member',         z.strictObject({ a: path(), b: z.string() }),        { a: 'x', b: 'y' },                ['/a']],
    ['an absent one',    z.strictObject({ a: path().optional() }),            {},                                []],
    ['a list',           z.strictObject({ a: z.array(path()) }),              { a: ['x', 'y'] },                 ['/a/0', '/a/1']],
    ['a tuple',          z.strictObject({ a: z.tuple([z.string(), path()]) }), { a: ['x', 'y'] },                ['/a/1']],
    ['a record',         z.strictObject({ a: z.record(z.string(), path()) }), { a: { 'k/~': 'x' } },             ['/a/k~1~0']],
    ['one of a union',   z.strictObject({ a: z.union([z.number(), path()]) }), { a: 'x' },                       ['/a']],
    ['a nullable one',   z.strictObject({ a: path().nullable() }),            { a: null },                       []],
    ['a described one',  z.strictObject({ a: path().describe('file') }),      { a: 'x' },                        ['/a']],
    ['a nested one',     node,                                                { children: [{ file: 'x' }] },     ['/children/0/file']],
    ['a hostile name',   z.looseObject({ a: path() }),                        JSON.parse('{"__proto__":{"a":1}}'), []],
  ])('%s', (_, schema, input, pointers) => {
    const found = markReader(schema).read(input);
    expect(found.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('the kinds of a schema are known without an input', () => {
    const schema = z.strictObject({
      a: pathArgument('write'),
      u: urlArgument(),
      h: hostArgument(),
    });
    expect([...markReader(schema).kinds]).toEqual(['path:write', 'url', 'host']);
    expect(markReader(z.strictObject({ a: z.string() })).kinds.size).toBe(0);
  });
});
