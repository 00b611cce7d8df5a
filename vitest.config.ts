import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests import the package by its name and get the sources; process tests run `dist/`. */
export default defineConfig({
  resolve: {
    alias: {
      'troupe/machines': at('./machines/index.ts'),
      'troupe/kernel': at('./kernel/index.ts'),
      'troupe/adapters': at('./adapters/index.ts'),
      'troupe/config': at('./config/index.ts'),
      'troupe/inspect': at('./src/inspect/index.ts'),
      'troupe/testing': at('./src/testing/index.ts'),
      troupe: at('./src/index.ts'),
    },
  },
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/setup.ts'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
