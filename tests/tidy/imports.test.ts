/** The import law fires on each kind of forbidden import and lets the allowed ones pass. */
import { describe, expect, test } from 'vitest';
import { checkImports } from './rules/imports.ts';

const check = (path: string, text: string): readonly string[] =>
  checkImports([{ path, text }]).map(({ message }) => message);

describe('a forbidden import is named, with what to do instead', () => {
  // prettier-ignore
  test.each([
    ['kernel/contract/a.ts', `import { x } from '../errors.ts';`, 'the contract knows nobody'],
    ['kernel/a.ts', `import { readFile } from 'node:fs';`, 'name the need in kernel/ports.ts'],
    ['kernel/a.ts', `import { randomUUID } from 'node:crypto';`, 'randomUUID may not be taken'],
    ['config/a.ts', `import { limits } from '../kernel/contract/limits.ts';`, 'contract/index.ts'],
    ['kernel/a.ts', `export { x } from '../src/index.ts';`, 'kernel may not import src'],
    ['config/schema.ts', `import { readFileSync } from 'node:fs';`, 'config/load.ts only'],
    ['machines/a.ts', `import { x } from '../adapters/index.ts';`, 'effect slot'],
    ['machines/a.ts', `import { createActor } from 'xstate';`, 'only src/runtime starts actors'],
    ['machines/a.ts', `import { createKernel } from '../kernel/index.ts';`, 'createKernel may not'],
    ['machines/a.ts', `import * as kernel from '../kernel/index.ts';`, '* may not be taken'],
    ['adapters/provider/a.ts', `import { Level } from 'level';`, 'may not import level'],
    ['adapters/provider/a.ts', `import { x } from '../store/index.ts';`, 'adapters/store'],
    ['adapters/provider/a.ts', `import { x } from '../../machines/index.ts';`, 'machines'],
    ['adapters/store/a.ts', `import { request } from 'undici';`, 'may not import undici'],
    ['src/session/a.ts', `import { createActor } from 'xstate';`, 'only src/runtime'],
    ['src/session/a.ts', `import { x } from '../../kernel/errors.ts';`, 'kernel/index.ts'],
    ['src/runtime/a.ts', `import { x } from '../cli/main.ts';`, 'may not import src/cli'],
    ['src/runtime/a.ts', `import { Command } from 'commander';`, 'may not import commander'],
    ['src/runtime/a.ts', `import { x } from '../../tests/support/x.ts';`, 'tests'],
    ['src/runtime/a.ts', `import x from '../../package.json';`, 'outside the house'],
    ['src/runtime/a.ts', `import { x } from './b';`, 'write the file name with its .ts'],
    ['src/runtime/a.ts', `const x = await import('../cli/main.ts');`, 'src/cli'],
    ['src/runtime/a.ts', `type X = import('../../fixtures/a.ts').X;`, 'fixtures'],
    ['fixtures/examples/a.ts', `import { x } from '../../src/index.ts';`, 'import the package name'],
    ['fixtures/demo/a.ts', `import { request } from 'undici';`, 'may not import undici'],
  ])('%s: %s', (path, text, expected) => {
    expect(check(path, text)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('an import that follows the law passes', () => {
  test.each([
    ['kernel/contract/a.ts', `import { z } from 'zod'; import { b } from './b.ts';`],
    ['kernel/policy/a.ts', `import type { Limits } from '../contract/index.ts';`],
    ['kernel/index.ts', `export { limits } from './contract/limits.ts';`],
    ['kernel/canonical.ts', `import { hash } from 'node:crypto';`],
    ['config/load.ts', `import { readFileSync } from 'node:fs';`],
    ['machines/a.ts', `import { assign } from 'xstate';`],
    ['machines/a.ts', `import { assertNever, type Store } from '../kernel/index.ts';`],
    ['adapters/provider/shared/http.ts', `import { Agent } from 'undici';`],
    ['adapters/provider/a.ts', `import type { Clock } from '../../kernel/index.ts';`],
    ['adapters/index.ts', `export { openLevelStore } from './store/index.ts';`],
    ['src/runtime/actor-host.ts', `import { createActor } from 'xstate';`],
    ['src/cli/main.ts', `import { createRuntime } from '../runtime/create-runtime.ts';`],
    ['src/testing/server.ts', `import { createServer } from 'node:http';`],
    ['fixtures/examples/a.ts', `import { createRuntime } from 'troupe';`],
    ['fixtures/examples/a.ts', `import { memoryStore } from 'troupe/testing';`],
    ['tests/kernel/a.test.ts', `import { x } from '../../kernel/policy/evaluate.ts';`],
    ['vitest.config.ts', `import { defineConfig } from 'vitest/config';`],
  ])('%s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });
});
