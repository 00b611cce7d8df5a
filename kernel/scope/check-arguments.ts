/**
 * Checks the arguments of a call that name a place against the scopes in force for it: first by
 * their letters, then, for paths, by what the disk says they really are.
 */
import type { NetworkScope, PathScope, ToolScope } from '../contract/index.ts';
import type { PathFacts, PathInspector } from '../ports.ts';
import { hostName } from './hosts.ts';
import type { MarkedArgument } from './marks.ts';
import { admitsHost, reachOf } from './network.ts';
import { matchesPath } from './paths.ts';
import { isWithin, placePath } from './workspace-path.ts';

/** Where the workspace is, and what in it is no tool's business. */
export interface Premises {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Relative paths of files and folders that no tool reads or writes: the store, the keys. */
  readonly hidden: readonly string[];
  /** Relative paths of files and folders that no tool writes: the configuration. */
  readonly fixed: readonly string[];
}

/** An argument that leads out of the scopes in force. */
export interface ArgumentProblem {
  readonly pointer: string;
  readonly why: string;
}

/** What is wrong with the marked arguments as they are written. */
export function checkArguments(
  marked: readonly MarkedArgument[],
  enforced: readonly ToolScope[],
  premises: Premises,
): readonly ArgumentProblem[] {
  return marked.flatMap(({ kind, pointer, value }) => {
    if (typeof value !== 'string') return { pointer, why: 'is not the text that its mark needs' };
    const why = whyNot(kind, value, enforced, premises);
    return why === undefined ? [] : { pointer, why };
  });
}

/** What is wrong with the marked paths as the disk has them: links followed, kinds looked at. */
export async function inspectArguments(
  marked: readonly MarkedArgument[],
  enforced: readonly ToolScope[],
  premises: Premises,
  inspector: PathInspector,
): Promise<readonly ArgumentProblem[]> {
  const paths = marked.flatMap((one) => {
    const access = accessOf(one.kind);
    return access && typeof one.value === 'string' ? [{ ...one, access, text: one.value }] : [];
  });
  if (paths.length === 0) return [];
  const whole = inspector.inspect(premises.root);
  const problems = await Promise.all(
    paths.map(async ({ pointer, access, text }) => {
      const placed = placePath(text, premises.root);
      if (placed.kind === 'refused') return { pointer, why: placed.why };
      const inspected = inspector.inspect(`${premises.root}/${placed.path}`);
      const [{ real_path: root }, facts] = await Promise.all([whole, inspected]);
      const why = whyNotReally(facts, access, enforced, { ...premises, root });
      return why === undefined ? [] : { pointer, why };
    }),
  );
  return problems.flat();
}

type Access = PathScope['access'];

function accessOf(kind: MarkedArgument['kind']): Access | undefined {
  switch (kind) {
    case 'path:read':
      return 'read';
    case 'path:write':
      return 'write';
    case 'url':
    case 'host':
      return undefined;
  }
}

function whyNot(
  kind: MarkedArgument['kind'],
  value: string,
  enforced: readonly ToolScope[],
  premises: Premises,
): string | undefined {
  switch (kind) {
    case 'path:read':
      return whyNotPath(value, 'read', enforced, premises);
    case 'path:write':
      return whyNotPath(value, 'write', enforced, premises);
    case 'url':
      return whyNotUrl(value, enforced);
    case 'host':
      return whyNotHost(value, enforced);
  }
}

function whyNotPath(
  text: string,
  access: Access,
  enforced: readonly ToolScope[],
  premises: Premises,
): string | undefined {
  const placed = placePath(text, premises.root);
  if (placed.kind === 'refused') return placed.why;
  return whyNotPlace(placed.path, access, enforced, premises);
}

function whyNotPlace(
  path: string,
  access: Access,
  enforced: readonly ToolScope[],
  { hidden, fixed }: Premises,
): string | undefined {
  if (hidden.some((place) => isWithin(place, path))) return 'belongs to Troupe itself';
  if (access === 'write' && [...hidden, ...fixed].some((place) => isWithin(path, place))) {
    return 'holds what belongs to Troupe itself';
  }
  if (access === 'write' && fixed.some((place) => isWithin(place, path))) {
    return 'belongs to the configuration';
  }
  const isGranted = enforced.some(
    (scope) => scope.type === 'path' && scope.access === access && matchesPath(scope.pattern, path),
  );
  return isGranted ? undefined : `is not in the ${access} scopes of the call`;
}

function whyNotReally(
  facts: PathFacts,
  access: Access,
  enforced: readonly ToolScope[],
  premises: Premises,
): string | undefined {
  if (facts.kind === 'broken_link') return 'is a link that leads nowhere';
  if (facts.kind === 'other') return 'is neither a file nor a folder';
  // Which other name a file has, and where, cannot be asked.
  if (facts.kind === 'file' && facts.links > 1) return 'is a file with a second name (hard link)';
  const placed = placePath(facts.real_path, premises.root);
  if (placed.kind === 'refused') return `${placed.why}, with links followed`;
  const why = whyNotPlace(placed.path, access, enforced, premises);
  return why === undefined ? undefined : `${why}, with links followed`;
}

const PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'ws:': 80,
  'https:': 443,
  'wss:': 443,
};

function whyNotUrl(text: string, enforced: readonly ToolScope[]): string | undefined {
  if (!URL.canParse(text)) return 'is not an absolute URL';
  const { protocol, hostname, port, username, password } = new URL(text);
  const usual = PORTS[protocol];
  if (usual === undefined) return `is of the scheme ${protocol} and not http, https, ws or wss`;
  if (username !== '' || password !== '') return 'holds credentials';
  return whyNotReached(hostname, port === '' ? usual : Number(port), enforced);
}

function whyNotHost(text: string, enforced: readonly ToolScope[]): string | undefined {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  if (!match) return 'is not host:port';
  return whyNotReached(match[1] ?? '', Number(match[2]), enforced);
}

function whyNotReached(
  host: string,
  port: number,
  enforced: readonly ToolScope[],
): string | undefined {
  const name = hostName(host);
  if (name === undefined) return 'names no host';
  const isNetwork = (scope: ToolScope): scope is NetworkScope => scope.type === 'network';
  if (admitsHost(reachOf(enforced.filter(isNetwork)), name, port)) return undefined;
  return `leads to ${name}:${port}, which is not in the network scopes of the call`;
}
