/** What the house does without, where, and what takes its place. One row per banned thing. */
import ts from 'typescript';
import {
  call,
  defaultExport,
  importOf,
  isKind,
  member,
  namespace,
  newWithoutArguments,
  property,
  starExport,
  type Pattern,
} from '../patterns.ts';

export interface Ban {
  readonly name: string;
  readonly pattern: Pattern;
  readonly instead: string;
  /** Folders in which it is banned. */
  readonly within: readonly string[];
  /** Folders and files that may use it: they are what the others use instead. */
  readonly except?: readonly string[];
}

const SHIPPED = ['src', 'machines', 'adapters', 'kernel', 'config'];
const EVERYWHERE = [...SHIPPED, 'fixtures', 'tests'];
const TIMED = [...SHIPPED, 'tests'];
const TIME_KEEPERS = ['adapters/system', 'tests/adapters/system', 'tests/bench'];
const PROGRAMS = ['src/cli', 'fixtures/demo', 'fixtures/examples', 'tests/bench'];

/** Where text from outside becomes a value: each of these answers bad text with a named error. */
const CODECS = [
  'adapters/provider/shared/json.ts',
  'adapters/sandbox/channel.ts',
  'adapters/sandbox/worker/protocol.ts',
  'adapters/store/codec.ts',
  'kernel/canonical.ts',
  'kernel/evidence/codec.ts',
  'src/cli/json.ts',
  'src/runtime/codec.ts',
  'src/testing/model-server/json.ts',
];

const CLOCK = 'take a Clock; adapters/system has the real one';
const WAIT = 'time is a wakeup record, an AbortSignal or the Alarm of adapters/system';
const IDS = 'take an IdSource; adapters/system has the real one';
const OUTPUT = 'only src/cli speaks to a terminal: return a value or emit an event';

export const BANS: readonly Ban[] = [
  {
    name: 'Date.now',
    pattern: member('Date', 'now'),
    instead: CLOCK,
    within: TIMED,
    except: TIME_KEEPERS,
  },
  {
    name: 'new Date()',
    pattern: newWithoutArguments('Date'),
    instead: CLOCK,
    within: TIMED,
    except: TIME_KEEPERS,
  },
  {
    name: 'performance.now',
    pattern: member('performance', 'now'),
    instead: CLOCK,
    within: TIMED,
    except: TIME_KEEPERS,
  },
  {
    name: 'Math.random',
    pattern: member('Math', 'random'),
    instead: IDS,
    within: TIMED,
    except: ['adapters/system'],
  },
  {
    name: 'setTimeout',
    pattern: call('setTimeout'),
    instead: WAIT,
    within: TIMED,
    except: TIME_KEEPERS,
  },
  {
    name: 'setInterval',
    pattern: call('setInterval'),
    instead: WAIT,
    within: TIMED,
    except: TIME_KEEPERS,
  },
  {
    name: 'node:timers',
    pattern: importOf(/^node:timers/),
    instead: `${WAIT}; a test waits for a condition, never for a while`,
    within: EVERYWHERE,
    except: TIME_KEEPERS,
  },
  {
    name: 'process.env',
    pattern: member('process', 'env'),
    instead: 'take the environment as an argument; adapters/system has the real one',
    within: SHIPPED,
    except: ['adapters/system'],
  },
  {
    name: 'process.exit',
    pattern: member('process', 'exit'),
    instead: 'return, or set process.exitCode: exiting cuts off what is still being written',
    within: EVERYWHERE,
    except: ['src/cli', 'tests/sim/campaign.ts'],
  },
  {
    name: 'process.stdout',
    pattern: member('process', 'stdout'),
    instead: OUTPUT,
    within: SHIPPED,
    except: ['src/cli'],
  },
  {
    name: 'console',
    pattern: member('console'),
    instead: OUTPUT,
    within: EVERYWHERE,
    except: PROGRAMS,
  },
  {
    name: 'JSON.parse',
    pattern: member('JSON', 'parse'),
    instead: `use a codec (${CODECS.join(', ')}): it answers bad text with a named error`,
    within: SHIPPED,
    except: CODECS,
  },
  {
    name: 'export default',
    pattern: defaultExport,
    instead: 'export it under its name',
    within: EVERYWHERE,
  },
  {
    name: 'export *',
    pattern: starExport,
    instead: 'name what the door lets through',
    within: EVERYWHERE,
  },
  {
    name: 'any',
    pattern: isKind(ts.SyntaxKind.AnyKeyword),
    instead: 'use unknown and parse it, or name the type',
    within: EVERYWHERE,
  },
  {
    name: 'enum',
    pattern: isKind(ts.SyntaxKind.EnumDeclaration),
    instead: "use a union of string literals, or z.enum([...])'s type",
    within: EVERYWHERE,
  },
  {
    name: 'namespace',
    pattern: namespace,
    instead: 'a file is the namespace',
    within: EVERYWHERE,
  },
  {
    name: '.only',
    pattern: member(/^(test|it|describe|suite)$/, 'only'),
    instead: 'run the file by its name: vitest run tests/<file>',
    within: ['tests'],
  },
  {
    name: '.skip',
    pattern: member(/^(test|it|describe|suite)$/, /^(skip|todo)$/),
    instead: 'assert what it does today, or use skipIf with a condition that the output shows',
    within: ['tests'],
  },
  {
    name: 'after',
    pattern: property(/^(after|delay|delays)$/),
    instead: 'a restored timer never fires: write a wakeup record and handle wakeup.due',
    within: ['machines'],
  },
  {
    name: 'wildcard',
    pattern: property(/^\*$/),
    instead: 'name each event: a wildcard makes snapshot.can true for everything',
    within: ['machines'],
  },
];
