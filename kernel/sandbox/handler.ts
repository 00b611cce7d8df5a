/** Where the code of a tool runs: in this process, or in one of its own behind a port. */
import type {
  SandboxFacts,
  SubprocessHandler,
  ToolCapability,
  ToolRun,
} from '../contract/index.ts';
import { failure } from '../tools/call.ts';
import { sandboxProfile, type SandboxProfile, type SandboxRules } from './profile.ts';

/** One call for the process of a tool. */
export interface SandboxedCall {
  readonly profile: SandboxProfile;
  readonly input: unknown;
  readonly config: unknown;
  readonly run: ToolRun;
}

/** What a tool answered, and what was in force while it ran in a process of its own. */
export interface Performance {
  readonly answer: unknown;
  readonly facts?: SandboxFacts | undefined;
}

/** Runs calls in processes of their own. Failures are answers with a code, never rejections. */
export interface ToolSandbox {
  readonly run: (call: SandboxedCall) => Promise<Performance>;
  /** Ends every process that was started, and all that those started. */
  readonly close: () => Promise<void>;
}

export interface SandboxHouse {
  readonly sandbox: ToolSandbox;
  readonly rules: SandboxRules;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs the code of a tool, wherever that is. */
export type Perform = (input: unknown, run: ToolRun) => Promise<Performance>;

/** Runs the tools of an installation: in this process, or each in one of its own. */
export function performer(house: SandboxHouse | undefined): (tool: ToolCapability) => Perform {
  return (tool) => {
    const { handler } = tool;
    if (handler.kind === 'in-process') {
      return async (input, run) => ({ answer: await handler.fn(input as never, run) });
    }
    return house ? inSandbox(house, tool, handler) : withoutSandbox(tool);
  };
}

function withoutSandbox({ name }: ToolCapability): Perform {
  const message = `${name} runs in a process of its own, and this kernel was given no sandbox`;
  return async () => ({ answer: failure('SUBPROCESS_NOT_AVAILABLE', message) });
}

function inSandbox(
  { sandbox, rules, environment }: SandboxHouse,
  tool: ToolCapability,
  handler: SubprocessHandler,
): Perform {
  return async (input, run) => {
    const missing = tool.required_env.filter((name) => !environment[name]);
    if (missing.length > 0) {
      const message = `${tool.name} needs ${missing.join(', ')}`;
      return { answer: failure('MISSING_ENVIRONMENT', message) };
    }
    const given = tool.required_env.map((name) => [name, environment[name] ?? ''] as const);
    const needs = { enforced: run.scope_enforced, environment: Object.fromEntries(given) };
    const profile = sandboxProfile(tool, handler, needs, rules);
    return sandbox.run({ profile, input, config: handler.config, run });
  };
}
