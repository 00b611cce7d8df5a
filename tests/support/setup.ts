/** Fails the whole run on a Node that the project does not bring: results would not count. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { devDependencies } = require('../../package.json') as {
  devDependencies: { node: string };
};

if (process.versions.node !== devDependencies.node) {
  throw new Error(
    `The tests run on Node ${devDependencies.node}, this is ${process.versions.node}. ` +
      'Run npm ci with install scripts allowed, then npm test.',
  );
}
