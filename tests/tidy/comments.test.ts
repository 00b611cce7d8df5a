/** Headers and docstrings are asked for where they belong; leftovers are found in comments only. */
import { expect, test } from 'vitest';
import { checkComments } from './rules/comments.ts';

const check = (path: string, text: string): readonly string[] =>
  checkComments([{ path, text }]).map(({ rule, line }) => `${rule}:${line}`);

const HEADER = '/** Owns the letter a. */\n';
const leftover = (word: string): string => `${HEADER}const a = 1; // ${word} later`;

test.each([
  ['no header', 'kernel/a.ts', 'const a = 1;', ['file-header:1']],
  ['a header', 'kernel/a.ts', HEADER, []],
  ['a header behind a shebang', 'src/cli/main.ts', `#!/usr/bin/env node\n${HEADER}`, []],
  ['no docstring', 'kernel/a.ts', `${HEADER}f();\nexport function a() {}`, ['docstring:3']],
  ['a docstring', 'kernel/a.ts', `${HEADER}f();\n/** Does it. */\nexport function a() {}`, []],
  ['a private function', 'kernel/a.ts', `${HEADER}\nfunction a() {}`, []],
  ['a function of a test', 'tests/a.ts', `${HEADER}\nexport function a() {}`, []],
  ['a leftover', 'kernel/a.ts', leftover('TODO'), ['leftover:2']],
  ['another leftover', 'tests/a.test.ts', leftover('FIXME'), ['leftover:2']],
  ['a third leftover', 'tests/a.test.ts', leftover('XXX'), ['leftover:2']],
  ['a string', 'kernel/a.ts', `${HEADER}const a = 'TODO';`, []],
  ['a template', 'kernel/a.ts', `${HEADER}const a = \`\${b} TODO\`;`, []],
  ['a pattern', 'kernel/a.ts', `${HEADER}const a = /TODO/;`, []],
  ['a longer word', 'kernel/a.ts', `${HEADER}// TODOS and XXXL`, []],
])('%s', (_, path, text, expected) => {
  expect(check(path, text)).toEqual(expected);
});
