/** Help, version, and what is said to a command that is called wrongly. */
import { describe, expect, test } from 'vitest';
import { describeError, ERROR_CODES } from 'troupe/kernel';
import { EXIT_CODES, UNEXPECTED_EXIT } from '../../src/cli/exit-codes.ts';
import { MANIFEST } from '../tidy/manifest.ts';
import { deskIn, scratchFolder } from './support/desk.ts';

const call = async (...words: string[]) => deskIn(await scratchFolder()).call(...words);

const COMMANDS = [
  'init',
  'run',
  'sessions list',
  'sessions show',
  'send',
  'approvals list',
  'approvals show',
  'approvals approve',
  'approvals deny',
  'approvals grants',
  'approvals revoke',
  'resume',
  'answer',
  'cancel',
  'evidence show',
  'evidence verify',
  'evidence export',
  'replay',
  'fork',
  'config check',
  'policy explain',
  'policy test',
  'policy what-if',
  'packs list',
  'packs add',
  'packs verify',
  'packs install',
  'machines show',
];

test('the help names every command and every exit code of the error table', async () => {
  const { exit, out } = await call('--help');
  expect(exit).toBe(0);
  for (const command of COMMANDS) expect(out).toContain(`\n  ${command.split(' ')[0]} `);
  const documented = EXIT_CODES.map(([code]) => code);
  for (const code of documented) expect(out).toMatch(new RegExp(`\\n  ${code} +\\w`));
  const answered = ERROR_CODES.map((code) => describeError(code).exit);
  expect(documented).toEqual(expect.arrayContaining([...answered, UNEXPECTED_EXIT]));
});

test.each(COMMANDS)('the help of %s has an example', async (command) => {
  const { exit, out } = await call(...command.split(' '), '--help');
  expect(exit).toBe(0);
  expect(out).toMatch(new RegExp(`Examples?:\\n(?:.*\\n)*?.*troupe ${command}`));
});

test.each([[['--help']], [['--version']], [['sessions', '--help']], [['help', 'run']]])(
  '%j with --json is one value',
  async (words) => {
    const plain = await call(...words);
    const { exit, out } = await call(...words, '--json');
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({ text: plain.out });
  },
);

test('the help of a command names the options that all commands take', async () => {
  expect((await call('sessions', 'list', '--help')).out).toMatch(/\n {2}--json +answer with JSON/);
});

test('the version is that of the package', async () => {
  expect(await call('--version')).toEqual({ exit: 0, out: `${MANIFEST.version}\n`, err: '' });
});

describe('a wrong call', () => {
  test.each([
    ['no command', [], 'Name a command'],
    ['half a command', ['sessions'], 'Name a command'],
    ['a mistyped command', ['evidnece'], 'Did you mean evidence?'],
    ['a mistyped subcommand', ['sessions', 'lst'], 'Did you mean list?'],
    ['a mistyped option', ['cancel', 's', '--reson', 'a'], 'Did you mean --reason?'],
    ['a missing argument', ['send', 's'], "missing required argument 'message'"],
    ['a state that is none', ['sessions', 'list', '--state', 'idle'], 'Allowed choices'],
    ['a run without a message', ['run'], 'name a message'],
    ['an answer that says nothing', ['answer', 's'], 'name one of --retry'],
    ['two answers', ['answer', 's', '--retry', '--abandon'], 'cannot be used with'],
    ['nothing to verify', ['evidence', 'verify'], 'name a session, or --all'],
    ['too much to verify', ['evidence', 'verify', 's', '--all'], 'name a session, or --all'],
    ['an input that is not JSON', ['approvals', 'approve', 'r', '--edit', '{'], 'is not JSON'],
    [
      'an input file that is not there',
      ['approvals', 'approve', 'r', '--edit', '@a'],
      'Cannot read',
    ],
    ['a store that is not there', ['sessions', 'list', '--store', 'gone'], 'There is no store'],
  ])('%s', async (_, words, expected) => {
    const { exit, out, err } = await call(...words);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain('--help');
    expect(err).toContain('USAGE: ');
    expect(err).toContain(expected);
    expect(err).not.toMatch(/^ +at /m);
  });

  test('with --json the error is a value, with its remedy', async () => {
    const { exit, out } = await call('sessions', 'lst', '--json');
    expect(exit).toBe(describeError('USAGE').exit);
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'USAGE',
        message: expect.stringContaining("unknown command 'lst'") as string,
        details: {},
        remedy: 'See troupe sessions --help',
      },
    });
  });
});

describe('a defect', () => {
  const DEFECT = 'This is a defect: set TROUPE_DEBUG=1 to see where it comes from';
  const broken = {
    userName: () => {
      throw new Error('no such user\nin this house');
    },
  };

  test('is one line and a hint, and the trace is there on demand', async () => {
    const desk = deskIn(await scratchFolder());
    await desk.call('init');
    const words = ['approvals', 'deny', 'r'];
    const quiet = await desk.callWith({ ...broken, environment: async () => ({}) }, 'cancel', 's');
    expect(quiet).toEqual({
      exit: UNEXPECTED_EXIT,
      out: '',
      err: `UNEXPECTED: no such user\n${DEFECT}\n`,
    });
    const environment = async () => ({ TROUPE_DEBUG: '1' });
    const loud = await desk.callWith({ ...broken, environment }, 'cancel', 's');
    expect(loud.err).toMatch(/^ +at .*help\.test\.ts/m);
    expect((await desk.callWith(broken, ...words)).exit).toBe(
      describeError('APPROVAL_NOT_FOUND').exit,
    );
  });
});
