/**
 * What a call may touch: its needs against the grants, its arguments against what is left. The
 * grants come from the configuration; of a caller's own only what tightens them counts.
 */
import type { PolicyDecision, ToolCapability, ToolOutput, ToolScope } from '../contract/index.ts';
import type { PathInspector } from '../ports.ts';
import {
  checkArguments,
  inspectArguments,
  type ArgumentProblem,
  type Premises,
} from '../scope/check-arguments.ts';
import { markReader, type ArgumentKind, type MarkReader } from '../scope/marks.ts';
import { resolveScopes, type ScopeResolution } from '../scope/resolve.ts';
import { coversPath } from '../scope/paths.ts';
import { inOneSpelling } from '../scope/places.ts';
import { failure, type Call, type CallScopes } from './call.ts';

/** The grants of one installation, by layer. */
export interface Grants {
  readonly workspace: readonly ToolScope[];
  readonly lane?: readonly ToolScope[] | undefined;
  readonly task?: readonly ToolScope[] | undefined;
  readonly premises: Premises;
}

export interface ScopeDecision {
  readonly scopes: CallScopes;
  /** Set where the scopes forbid the call. */
  readonly refusal?: { readonly output: ToolOutput; readonly decision: PolicyDecision };
}

/** The call with its marked paths in one spelling: rules, people, evidence and tool all get it. */
export function placed({ premises }: Grants, call: Call): Call {
  const input = inOneSpelling(call.input, marksOf(call.tool).read(call.input), premises.root);
  if (input === call.input) return call;
  return { ...call, input: input as Call['input'], read_from: call.read_from ?? call.input };
}

/** Resolves the scopes of a call and checks the arguments that are marked, by their letters. */
export function judgeScopes(grants: Grants, call: Call): ScopeDecision {
  const { tool, input, context } = call;
  const { resolution, reserved } = standingOf(grants, tool, context.allowed_scopes);
  const { requested, allowed, enforced } = resolution;
  const scopes = { requested, allowed, enforced };
  const refuse = (policy: string, message: string, details: Record<string, unknown>) => ({
    scopes: { ...scopes, enforced: [] },
    refusal: {
      output: failure('SCOPE_DENIED', `${tool.name} ${message}`, details),
      decision: { policy_id: `kernel.scope.${policy}`, decision: 'deny' as const, reason: message },
    },
  });
  const facts = { scope_requested: requested, scope_allowed: allowed };
  if (reserved.length > 0) {
    const message = 'declares scopes over what belongs to Troupe itself';
    return refuse('reserved-path', message, { reserved_scopes: reserved });
  }
  if (resolution.denied.length > 0) {
    const message = `needs scopes that are not granted: ${listed(resolution.denied)}`;
    return refuse('boundary', message, { ...facts, scope_denied: resolution.denied });
  }
  const unheld = resolution.narrowed.filter((need) => !isHeld(tool, need));
  if (unheld.length > 0) {
    const part = 'is granted a part of its scopes, and nothing would hold it to that part';
    const message = `${part}: ${listed(unheld)}`;
    return refuse('unconfined', message, { ...facts, scope_denied: unheld });
  }
  const problems = checkArguments(marksOf(tool).read(input), enforced, grants.premises);
  if (problems.length === 0) return { scopes };
  return refuse('argument', wordsFor(problems), { ...facts, arguments: problems });
}

/**
 * Follows the links of the paths that a call names, just before it runs; answers a refusal where
 * they lead out of the scopes in force. A tool that opens a path later may find another file there:
 * only a sandbox closes that gap.
 */
export async function inspectPlaces(
  premises: Premises,
  inspector: PathInspector,
  { tool, input }: Call,
  enforced: readonly ToolScope[],
): Promise<ToolOutput | undefined> {
  const marked = marksOf(tool).read(input);
  if (marked.length === 0) return undefined;
  const problems = await inspectArguments(marked, enforced, premises, inspector);
  if (problems.length === 0) return undefined;
  return failure('SCOPE_DENIED', `${tool.name} ${wordsFor(problems)}`, { arguments: problems });
}

/** Scopes as grants of them are written. */
function listed(scopes: readonly ToolScope[]): string {
  return scopes.map((scope) => JSON.stringify(scope)).join(', ');
}

function wordsFor(problems: readonly ArgumentProblem[]): string {
  const each = problems.map(({ pointer, why }) => `${pointer} ${why}`);
  return `has an argument out of scope: ${each.join('; ')}`;
}

/** The marked arguments of a tool's inputs. */
function marksOf(tool: ToolCapability): MarkReader {
  const known = readers.get(tool.input_schema);
  if (known) return known;
  const reader = markReader(tool.input_schema);
  readers.set(tool.input_schema, reader);
  return reader;
}

const readers = new WeakMap<ToolCapability['input_schema'], MarkReader>();

/** What a tool may have, and what of its needs nobody may. */
interface Standing {
  readonly resolution: ScopeResolution;
  readonly reserved: readonly ToolScope[];
}

/** The standing of tools where the caller tightens nothing, which is nearly always. */
const usual = new WeakMap<Grants, WeakMap<ToolCapability, Standing>>();

function standingOf(grants: Grants, tool: ToolCapability, caller: readonly ToolScope[]): Standing {
  if (caller.length > 0) return stand(grants, tool, { caller });
  const byTool = usual.get(grants) ?? new WeakMap<ToolCapability, Standing>();
  usual.set(grants, byTool);
  const standing = byTool.get(tool) ?? stand(grants, tool, {});
  byTool.set(tool, standing);
  return standing;
}

function stand(
  { workspace, lane, task, premises }: Grants,
  { required_scopes: required, pack }: ToolCapability,
  asked: { readonly caller?: readonly ToolScope[] },
): Standing {
  return {
    resolution: resolveScopes({
      ...{ workspace, lane, pack: pack?.allowed_scopes, task, required },
      ...asked,
    }),
    reserved: required.filter((scope) => isReserved(scope, premises)),
  };
}

/** Whether a tool asks, by name, for what is Troupe's own; `**` is granted without it. */
function isReserved(scope: ToolScope, { hidden, fixed }: Premises): boolean {
  if (scope.type !== 'path') return false;
  const within = (place: string) => coversPath(`${place}/**`, scope.pattern);
  return hidden.some(within) || (scope.access === 'write' && fixed.some(within));
}

/** Whether something keeps the tool within a part of a need: a sandbox, or marked arguments. */
function isHeld(tool: ToolCapability, need: ToolScope): boolean {
  if (tool.handler.kind === 'subprocess') return true;
  const kinds: readonly ArgumentKind[] =
    need.type === 'path' ? [`path:${need.access}`] : ['url', 'host'];
  return kinds.some((kind) => marksOf(tool).kinds.has(kind));
}
