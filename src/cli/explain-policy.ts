/** The decision on a call that somebody wonders about, alone or as the next one of a session. */
import { explainPolicy, type PolicyQuery } from '../runtime/policy/explain.ts';
import { readNextCall } from '../runtime/policy/next-call.ts';
import type { CommandContext, Report } from './context.ts';
import { readJson } from './json.ts';
import { explanationText } from './render/policy.ts';

/** What is said of the call beside its tool. */
export interface CallOptions {
  /** JSON, `@file` or `-`. */
  readonly input?: string;
  readonly intent?: string;
  readonly session?: string;
  readonly host?: true;
}

/** @throws RuntimeError TOOL_NOT_FOUND, SESSION_NOT_FOUND, USAGE, and what the workspace may. */
export async function explainCall(
  context: CommandContext,
  tool_name: string,
  { input, intent, session, host }: CallOptions,
): Promise<Report> {
  const opened = await context.openRulebook();
  const { rulebook, caller } =
    session === undefined
      ? { rulebook: opened, caller: {} }
      : await context.withRecords((runtime) => readNextCall(runtime, opened, session));
  const query: PolicyQuery = {
    ...caller,
    ...{ tool_name, intent, origin: host === true ? 'host' : 'session' },
    ...(input !== undefined && { input: await readJson(input, context.io) }),
  };
  const explanation = explainPolicy(rulebook, query);
  return { value: explanation, text: explanationText(explanation, context.style) };
}
