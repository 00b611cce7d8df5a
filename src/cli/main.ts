#!/usr/bin/env node
/**
 * The program `troupe`. It looks at the version of Node before it loads anything that an older one
 * cannot read, so it imports nothing but what it takes to look; the rest begins in program.ts.
 */
import { createRequire } from 'node:module';

interface Manifest {
  readonly engines: { readonly node: string };
}

const manifest = createRequire(import.meta.url)('troupe/package.json') as Manifest;
const needed = manifest.engines.node.replace('>=', '');
const present = process.versions.node;

/** Major and minor version as one number that orders as they do. */
function ordinal(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 10_000 + minor;
}

if (ordinal(present) < ordinal(needed)) {
  const sentence = `Troupe needs Node ${needed} or newer, and this is Node ${present}`;
  const code = 'NODE_TOO_OLD';
  process.stderr.write(`${code}: ${sentence}\n`);
  process.exitCode = 2;
} else {
  // A tool module may leave timers and sockets behind: the end is not left to them.
  import('./as-process.ts')
    .then(({ runAsProcess }) => runAsProcess())
    .then((exit) => process.exit(exit))
    .catch((thrown: unknown) => {
      process.stderr.write(`Troupe cannot start: ${String(thrown)}\n`);
      process.exitCode = 70;
    });
}
