/** What can go wrong with the process of a tool, as errors that name it. */
import { RuntimeError, type SandboxProfile } from '../../kernel/index.ts';
import type { Ending } from './worker-process.ts';

/** Nothing that confines works here, and the tool may not do without. */
export function unavailable({ tool_name }: SandboxProfile, reason: string): RuntimeError {
  const message = `${tool_name} runs in a sandbox only, and none works here: ${reason}`;
  return new RuntimeError('SUBPROCESS_SANDBOX_UNAVAILABLE', message);
}

/** The module cannot be loaded, or does not export the tool. */
export function unloadable({ tool_name, module, premises }: SandboxProfile, why: string) {
  const inside = `${premises.root}/`;
  const shown = module.startsWith(inside) ? module.slice(inside.length) : module;
  return new RuntimeError('ADAPTER_LOAD_FAILED', `${tool_name}: ${shown} cannot be loaded: ${why}`);
}

/** It said what no worker says. */
export function protocolBroken({ tool_name }: SandboxProfile, said: string): RuntimeError {
  const message = `The process of ${tool_name} said what is no message: ${said}`;
  return new RuntimeError('SUBPROCESS_PROTOCOL_ERROR', message);
}

/** It could not be started, or was gone before its tool was loaded. */
export function notStarted({ tool_name }: SandboxProfile, ending: Ending, printed: string) {
  const message = `The process of ${tool_name} did not start: ${wordsFor(ending, printed)}`;
  return new RuntimeError('SUBPROCESS_TRANSPORT_FAILED', message);
}

/** It ended before it answered. */
export function endedEarly({ tool_name }: SandboxProfile, ending: Ending, printed: string) {
  const how = wordsFor(ending, printed);
  const message = `The process of ${tool_name} ended without an answer: ${how}`;
  const { code, signal } = ending;
  return new RuntimeError('SUBPROCESS_EXIT_NONZERO', message, {
    details: { exit_code: code, signal, stderr: printed },
  });
}

/** It used more than it may. */
export function limitReached(
  { tool_name, limits }: SandboxProfile,
  limit: 'memory_bytes' | 'output_bytes' | 'processes',
): RuntimeError {
  const message = `${tool_name} went over its limit: ${limit} is ${limits[limit]}`;
  const details = { limit, max: limits[limit] };
  return new RuntimeError('SUBPROCESS_LIMIT_EXCEEDED', message, { details });
}

/** Something was put in the place of what is mounted, between the decision and the mount. */
export function swapped(path: string): RuntimeError {
  const message = `${path} was replaced while the sandbox was set up; nothing ran`;
  return new RuntimeError('SUBPROCESS_TRANSPORT_FAILED', message);
}

function wordsFor({ code, signal, problem }: Ending, printed: string): string {
  const how = problem?.message ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
  const said = printed.trim();
  return said === '' ? how : `${how}: ${said}`;
}
