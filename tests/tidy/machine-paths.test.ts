/** Absolute paths of a developer's machine are found, relative ones and URLs are not. */
import { expect, test } from 'vitest';
import { checkMachinePaths } from './rules/machine-paths.ts';

test.each([
  [['', 'work', 'main'], [2]],
  [['', 'root', '.npm'], [2]],
  [['', 'home', 'me', 'troupe'], [2]],
  [['', 'Users', 'me'], [2]],
  [['..', 'work', 'main'], []],
  [['https:', '', 'example.com', 'home', 'page'], []],
  [['', 'workspace', 'file'], []],
])('%j is found on line %j', (parts, lines) => {
  const text = `first line\nsee ${parts.join('/')} there`;
  expect(checkMachinePaths([{ path: 'README.md', text }]).map(({ line }) => line)).toEqual(lines);
});
