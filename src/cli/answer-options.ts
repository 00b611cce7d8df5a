/** The options with which a person answers an escalated session; exactly one of them counts. */
import { Option, type Command } from 'commander';
import type { EscalationAnswer } from '../../kernel/index.ts';
import type { Io } from './io.ts';

export interface AnswerOptions {
  readonly retry?: true;
  readonly continue?: string | true;
  readonly useResult?: string;
  readonly abandon?: string | true;
  readonly by?: string;
}

/** Adds the options to a command. */
export function addAnswerOptions(command: Command): Command {
  const names = ['retry', 'continue', 'useResult', 'abandon'];
  const answers = [
    new Option('--retry', 'try again what stood still'),
    new Option('--continue [message]', 'go on without it, and tell the model why'),
    new Option('--use-result <json>', 'take this as its result: JSON, @file or - for stdin'),
    new Option('--abandon [reason]', 'end the session'),
  ];
  for (const option of answers) {
    command.addOption(option.conflicts(names.filter((name) => name !== option.attributeName())));
  }
  return command.option('--by <name>', 'who answers (default: your user name)');
}

/**
 * Reads the answer that the options state, or undefined where they state none.
 * @throws RuntimeError USAGE for text that is not JSON.
 */
export async function readAnswer(
  options: AnswerOptions,
  io: Io,
): Promise<EscalationAnswer | undefined> {
  const { retry, continue: said, useResult, abandon } = options;
  if (retry) return { action: 'retry' };
  if (said !== undefined) return { action: 'continue', ...(said !== true && { message: said }) };
  if (abandon !== undefined) {
    return { action: 'abandon', ...(abandon !== true && { reason: abandon }) };
  }
  if (useResult === undefined) return undefined;
  const { readJson } = await import('./json.ts');
  return { action: 'use_result', output: await readJson(useResult, io) };
}
