/**
 * The import law as data: which folder may import which, and which packages. A new arrow or a new
 * package in here needs a decision in ARCHITECTURE.md.
 */

/** What one folder may import. A file belongs to the zone with the longest folder that holds it. */
export interface Zone {
  readonly folder: string;
  /** Zones that it may import, beside itself. `*` means every one. */
  readonly mayImport: readonly string[];
  /** Packages and node modules that it may import. `*` means every one. */
  readonly packages: readonly string[];
  /** Packages for single files of the zone. */
  readonly filePackages?: Readonly<Record<string, readonly string[]>>;
  /** Values that it may take from a zone; types are free. Absent: every value. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Names that it may take from a package. Absent: every name. */
  readonly packageNames?: Readonly<Record<string, readonly string[]>>;
  /** Zones with the same house import each other's files directly. Default: the folder. */
  readonly house?: string;
  /** What to do instead, in the words of the law. */
  readonly instead: string;
}

/** Kernel values without effects: whoever may import the kernel for types may call these. */
const PURE_KERNEL = [
  'RuntimeError',
  'assertNever',
  'canonicalJson',
  'contentHash',
  'describeError',
  'invariant',
  'isRuntimeError',
  'messageOf',
  'sha256',
] as const;

const ADAPTER = {
  house: 'adapters',
  mayImport: ['kernel/contract', 'kernel', 'adapters/shared'],
  values: { kernel: PURE_KERNEL },
} as const;

const SHIPPED_CORE = ['kernel/contract', 'kernel', 'config', 'machines'] as const;

const ADAPTERS = [
  'adapters',
  'adapters/provider',
  'adapters/store',
  'adapters/system',
  'adapters/packs',
  'adapters/keys',
  'adapters/network',
  'adapters/sandbox',
  'adapters/sandbox/worker',
  'adapters/shared',
] as const;

export const ZONES: readonly Zone[] = [
  {
    folder: 'kernel/contract',
    house: 'kernel',
    mayImport: [],
    packages: ['zod'],
    instead: 'the contract knows nobody: schemas and types only',
  },
  {
    folder: 'kernel',
    mayImport: ['kernel/contract'],
    packages: ['zod', 'canonicalize', 'picomatch', 'ipaddr.js', 'node:crypto'],
    packageNames: { 'node:crypto': ['hash'] },
    instead: 'the kernel decides and awaits only a port: name the need in kernel/ports.ts',
  },
  {
    folder: 'config',
    mayImport: ['kernel/contract', 'kernel'],
    values: { kernel: [...PURE_KERNEL, 'compileRule'] },
    packages: ['zod', 'yaml', 'fastest-levenshtein'],
    filePackages: { 'config/load.ts': ['node:fs', 'node:fs/promises', 'node:path'] },
    instead: 'config turns text into values: files are read in config/load.ts only',
  },
  {
    folder: 'machines',
    mayImport: ['kernel/contract', 'kernel'],
    values: { kernel: PURE_KERNEL },
    packages: ['xstate', 'zod'],
    instead: 'a chart knows no adapter: make it an effect slot that src/runtime provides',
  },
  {
    ...ADAPTER,
    folder: 'adapters/provider',
    packages: ['undici', 'eventsource-parser', 'p-queue', 'zod'],
    instead: 'a provider adapter maps and speaks HTTP; what it needs comes in as an argument',
  },
  {
    ...ADAPTER,
    folder: 'adapters/store',
    packages: [
      'level',
      'crc-32',
      'zod',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:assert/strict',
    ],
    instead: 'a store adapter keeps records; what they mean is decided in the kernel and in src',
  },
  {
    ...ADAPTER,
    folder: 'adapters/system',
    packages: ['node:*'],
    instead: 'adapters/system is the clock, the ids and the environment, nothing else',
  },
  {
    ...ADAPTER,
    folder: 'adapters/packs',
    packages: ['node:*'],
    instead: 'adapters/packs fetches folders and hashes them; what a pack means is decided in src',
  },
  {
    ...ADAPTER,
    folder: 'adapters/keys',
    packages: ['node:crypto', 'node:fs/promises', 'node:path'],
    instead: 'adapters/keys keeps and uses keys; what is signed is decided in the kernel',
  },
  {
    ...ADAPTER,
    folder: 'adapters/network',
    values: { kernel: [...PURE_KERNEL, 'admitsAddress', 'admitsHost'] },
    packages: ['undici', 'node:*'],
    instead: 'adapters/network holds connections to what it is told; who may go where is decided',
  },
  {
    ...ADAPTER,
    folder: 'adapters/sandbox',
    mayImport: [...ADAPTER.mayImport, 'adapters/sandbox/worker'],
    values: { kernel: [...PURE_KERNEL, 'matchesPath'] },
    packages: ['zod', 'node:*'],
    instead: 'adapters/sandbox runs what it is handed; what a tool may touch is decided before',
  },
  {
    ...ADAPTER,
    folder: 'adapters/sandbox/worker',
    mayImport: [],
    packages: ['node:*'],
    instead: 'the worker stands alone in its sandbox, where nothing of ours is',
  },
  {
    ...ADAPTER,
    folder: 'adapters/shared',
    packages: ['zod'],
    instead: 'what adapters share is pure',
  },
  {
    folder: 'adapters',
    mayImport: ADAPTERS,
    packages: [],
    instead: 'adapters/index.ts only passes on; an adapter lives in a folder named in this law',
  },
  {
    folder: 'src/runtime',
    house: 'src',
    mayImport: ['src', ...SHIPPED_CORE, ...ADAPTERS],
    packages: ['xstate', '@xstate/store', 'p-queue', 'zod', 'node:path'],
    instead: 'the runtime wires; put what touches the outside behind an adapter',
  },
  {
    folder: 'src/cli',
    house: 'src',
    mayImport: ['src', 'src/runtime', ...SHIPPED_CORE, ...ADAPTERS],
    packages: ['commander', '@clack/prompts', 'cli-table3', 'zod', 'node:*'],
    instead: 'the command line calls what src/index.ts and src/runtime offer',
  },
  {
    folder: 'src/testing',
    house: 'src',
    mayImport: ['src', ...SHIPPED_CORE, ...ADAPTERS],
    packages: ['zod', 'node:http', 'node:net', 'node:stream'],
    instead: 'the testing kit stands in for the outside; it does not start sessions',
  },
  {
    folder: 'src/inspect',
    house: 'src',
    mayImport: ['src', 'src/runtime', ...SHIPPED_CORE],
    packages: ['xstate', '@statelyai/inspect'],
    instead: 'inspection observes; it is given what it looks at',
  },
  {
    folder: 'src',
    mayImport: ['src/runtime', ...SHIPPED_CORE, ...ADAPTERS],
    packages: ['xstate', 'zod', 'node:path'],
    instead: 'a public verb calls src/runtime; nothing but tests imports src/cli or src/testing',
  },
  {
    folder: 'fixtures',
    mayImport: [],
    packages: ['troupe', 'node:*', 'ical.js', 'nodemailer', 'zod'],
    instead: 'fixtures are a host: import the package name `troupe` or one of its doors',
  },
  {
    folder: 'tests',
    mayImport: ['*'],
    packages: ['*'],
    instead: 'tests may import everything',
  },
];

/** Names that only one folder may take from a package, whoever may import the rest of it. */
export const RESERVED_NAMES = [
  {
    package: 'xstate',
    names: ['createActor', 'interpret'],
    only: ['src/runtime', 'tests'],
    instead: 'only src/runtime starts actors: hand the machine to its actor host',
  },
] as const;
