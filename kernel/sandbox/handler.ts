/** Where the code of a tool runs: in this process, or in one of its own behind a port. */
import type {
  Artifact,
  SandboxFacts,
  SubprocessHandler,
  ToolCapability,
  ToolRun,
} from '../contract/index.ts';
import { RuntimeError } from '../errors.ts';
import { reachOf, type NetworkReach } from '../scope/network.ts';
import { failure } from '../tools/call.ts';
import { sandboxProfile, type SandboxProfile, type SandboxRules } from './profile.ts';

/** One call for the process of a tool. */
export interface SandboxedCall {
  readonly profile: SandboxProfile;
  readonly input: unknown;
  readonly config: unknown;
  readonly run: PlainRun;
}

/** What a tool answered, and what was in force while it ran in a process of its own. */
export interface Performance {
  readonly answer: unknown;
  readonly facts?: SandboxFacts | undefined;
  readonly artifacts?: readonly Artifact[] | undefined;
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

/** What a tool is given by the kernel, wherever it runs. */
export type PlainRun = Omit<ToolRun, 'fetch'>;

/** Runs the code of a tool, wherever that is. */
export type Perform = (input: unknown, run: PlainRun) => Promise<Performance>;

/** Makes a `fetch` that reaches so far and no further. */
export type FetchWithin = (reach: NetworkReach) => typeof globalThis.fetch;

export interface PerformerParts {
  readonly sandbox?: SandboxHouse | undefined;
  readonly fetchWithin?: FetchWithin | undefined;
}

/** Runs the tools of an installation: in this process, or each in one of its own. */
export function performer({
  sandbox,
  fetchWithin = () => unreachable,
}: PerformerParts): (tool: ToolCapability) => Perform {
  return (tool) => {
    const { handler } = tool;
    if (handler.kind === 'subprocess') {
      return sandbox ? inSandbox(sandbox, tool, handler) : withoutSandbox(tool);
    }
    return async (input, run) => {
      let within: ToolRun['fetch'] | undefined;
      const fetch: ToolRun['fetch'] = (...asked) => {
        within ??= fetchWithin(reachIn(run));
        return within(...asked);
      };
      return { answer: await handler.fn(input as never, { ...run, fetch }) };
    };
  };
}

function reachIn({ scope_enforced }: PlainRun): NetworkReach {
  return reachOf(scope_enforced.filter((scope) => scope.type === 'network'));
}

async function unreachable(): Promise<never> {
  throw new RuntimeError('SCOPE_DENIED', 'This kernel was given no network');
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
