/** Every ban fires on what it bans, and is silent in strings, comments and where it is allowed. */
import { describe, expect, test } from 'vitest';
import { BANS } from './data/bans.ts';
import { checkBans } from './rules/bans.ts';

const check = (path: string, text: string): readonly string[] =>
  checkBans([{ path, text }]).map(({ message }) => message.split(' is banned')[0] ?? '');

interface Example {
  readonly path: string;
  readonly bad: string;
  /** Good text in the same file, or the same text in a file that may. */
  readonly good: string | { readonly path: string };
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  'Date.now': { path: 'src/a.ts', bad: 'Date.now();', good: 'clock.now();' },
  'new Date()': { path: 'kernel/a.ts', bad: 'new Date();', good: 'new Date(now).toISOString();' },
  'performance.now': {
    path: 'tests/a.test.ts',
    bad: 'performance.now();',
    good: { path: 'tests/bench/main.ts' },
  },
  'Math.random': { path: 'tests/a.test.ts', bad: 'Math.random();', good: 'Math.max(1, 2);' },
  setTimeout: {
    path: 'src/a.ts',
    bad: 'globalThis.setTimeout(f, 1);',
    good: { path: 'adapters/system/alarm.ts' },
  },
  setInterval: { path: 'src/a.ts', bad: 'setInterval(f, 1);', good: 'alarm.setInterval(f);' },
  'node:timers': {
    path: 'tests/a.test.ts',
    bad: `import { setTimeout } from 'node:timers/promises';`,
    good: `import { once } from 'node:events';`,
  },
  'process.env': {
    path: 'src/cli/main.ts',
    bad: 'process.env.HOME;',
    good: { path: 'adapters/system/environment.ts' },
  },
  'process.exit': { path: 'src/a.ts', bad: 'process.exit(1);', good: 'process.exitCode = 1;' },
  'process.stdout': {
    path: 'src/a.ts',
    bad: `process.stdout.write('a');`,
    good: { path: 'src/cli/render.ts' },
  },
  console: { path: 'src/a.ts', bad: `console.log('a');`, good: { path: 'fixtures/demo/main.ts' } },
  'JSON.parse': { path: 'kernel/a.ts', bad: 'JSON.parse(text);', good: 'JSON.stringify(value);' },
  'export default': {
    path: 'src/a.ts',
    bad: 'export default function f() {}',
    good: 'export function f() { switch (x) { default: } }',
  },
  'export *': {
    path: 'src/a.ts',
    bad: `export * from './b.ts';`,
    good: `export { b } from './b.ts';`,
  },
  any: { path: 'src/a.ts', bad: 'const a = b as any;', good: 'const any = b as unknown;' },
  enum: { path: 'src/a.ts', bad: 'enum A { B }', good: `z.enum(['b']);` },
  namespace: { path: 'src/a.ts', bad: 'namespace A {}', good: `declare module 'a' {}` },
  '.only': { path: 'tests/a.test.ts', bad: 'test.only(f);', good: 'queue.only(f);' },
  '.skip': {
    path: 'tests/a.test.ts',
    bad: 'describe.skip.each([])(f);',
    good: 'test.skipIf(!isThere)(f);',
  },
  after: {
    path: 'machines/a.ts',
    bad: 'const a = { after: { 200: {} } };',
    good: 'const a = { onDone: {} };',
  },
  wildcard: {
    path: 'machines/a.ts',
    bad: `const on = { '*': {} };`,
    good: `const on = { 'session.cancel': {} };`,
  },
};

test('every ban has an example', () => {
  expect(Object.keys(EXAMPLES)).toEqual(BANS.map(({ name }) => name));
});

describe.each(Object.entries(EXAMPLES))('%s', (name, { path, bad, good }) => {
  test(`fires on ${bad}`, () => {
    expect(check(path, bad)).toEqual([name]);
  });

  test('passes what takes its place', () => {
    const [place, text] = typeof good === 'string' ? [path, good] : [good.path, bad];
    expect(check(place, text)).toEqual([]);
  });

  test('does not look into comments and strings', () => {
    expect(check(path, `// ${bad}\nconst text = ${JSON.stringify(bad)};`)).toEqual([]);
  });
});

test.each([
  ['an assignment', 'src/a.ts', 'export default 1;', ['export default']],
  ['a namespace export', 'src/a.ts', `export * as b from './b.ts';`, ['export *']],
  ['a type argument', 'src/a.ts', 'let a: Record<string, any>;', ['any']],
  ['a delayed event', 'machines/a.ts', `raise({ type: 'a' }, { delay: 5 });`, ['after']],
  ['a test that is only planned', 'tests/a.test.ts', `test.todo('a');`, ['.skip']],
  ['Date as a function', 'src/a.ts', 'Date();', ['new Date()']],
])('also fires on %s', (_, path, text, expected) => {
  expect(check(path, text)).toEqual(expected);
});
