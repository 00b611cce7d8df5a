/** The diagram in the root README is the session machine. */
import { test } from 'vitest';
import { sessionMachine, toMermaid } from '../../machines/index.ts';
import { expectGeneratedPart } from '../tidy/generate/generated.ts';

test('the diagram in the README is up to date', () => {
  const diagram = `\`\`\`mermaid\n${toMermaid(sessionMachine).trim()}\n\`\`\``;
  expectGeneratedPart('README.md', 'session machine', diagram);
});
