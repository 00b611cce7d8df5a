/** What a person or a program is told when a command fails. A stack trace is shown on demand. */
import { CommanderError } from 'commander';
import { describeError, isRuntimeError, messageOf } from '../../kernel/index.ts';
import type { Environment } from '../../config/index.ts';
import { UNEXPECTED_EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';

/** As it stands below `error` in the JSON answer. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly remedy: string;
}

/** How a failure is told. */
export interface Telling {
  readonly isJson: boolean;
  /** The command that failed, as it is called; its help is what a wrong call is sent to. */
  readonly command?: string;
}

/** Tells a failure in the form that was asked for; answers the exit code. */
export async function reportFailure(
  thrown: unknown,
  io: Io,
  { isJson, command = 'troupe' }: Telling,
): Promise<number> {
  const failure = failureOf(thrown, command);
  const { code, message } = failure;
  if (isJson) io.out(`${JSON.stringify({ error: failure })}\n`);
  else io.err(`${printable(`${code}: ${message}`)}\n${printable(adviceOf(failure))}\n`);
  if (wantsTrace(await io.environment())) io.err(`${traceOf(thrown)}\n`);
  return code === UNEXPECTED ? UNEXPECTED_EXIT : describeError(code).exit;
}

/** What to do: the command lines that the failure names, or else the remedy of its code. */
function adviceOf({ details: { next }, remedy }: Failure): string {
  return Array.isArray(next) ? ['Go on with', ...next.map(String)].join('\n  ') : remedy;
}

/** Stands for a defect: no code of the error table fits. */
const UNEXPECTED = 'UNEXPECTED';

function failureOf(thrown: unknown, command: string): Failure {
  if (thrown instanceof CommanderError) return usage(thrown, command);
  if (isRuntimeError(thrown)) {
    const { code, message, details } = thrown;
    const remedy = code === 'USAGE' ? helpOf(command) : describeError(code).remedy;
    return { code, message, details, remedy };
  }
  const [message = ''] = messageOf(thrown).split('\n');
  const remedy = 'This is a defect: set TROUPE_DEBUG=1 to see where it comes from';
  return { code: UNEXPECTED, message, details: {}, remedy };
}

function usage({ message, code }: CommanderError, command: string): Failure {
  const said = code === 'commander.help' ? 'Name a command' : message.replace(/^error: /, '');
  return { code: 'USAGE', message: said, details: {}, remedy: helpOf(command) };
}

const helpOf = (command: string): string => `See ${command} --help`;

const wantsTrace = ({ TROUPE_DEBUG: flag = '' }: Environment): boolean =>
  flag !== '' && flag !== '0';

function traceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by ${traceOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
