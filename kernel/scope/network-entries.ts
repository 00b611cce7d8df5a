/**
 * The entries of a network allowlist: `host:port`, `*.host:port`, `address:port` or a CIDR, with or
 * without a port. An IPv6 address before a port stands in brackets; a port may be `*`.
 */
import { bitsOf, bracketed, hostName, parseAddress, type Address } from './hosts.ts';

type Port = number | '*';

interface NameEntry {
  readonly kind: 'name';
  /** Lower case, in its ASCII form. */
  readonly name: string;
  /** Stands for every name that ends in a dot and `name`. */
  readonly isWildcard: boolean;
  readonly port: Port;
}

interface RangeEntry {
  readonly kind: 'range';
  readonly base: Address;
  readonly bits: number;
  readonly port: Port;
}

export type Entry = NameEntry | RangeEntry;

/** Why an entry cannot be read, for people; undefined where it can. */
export function entryProblem(entry: string): string | undefined {
  return parseEntry(entry) ? undefined : `${entry} is not host:port, *.host:port or a CIDR`;
}

/** Reads an entry; undefined where it cannot be read, and then it grants nothing. */
export function parseEntry(entry: string): Entry | undefined {
  const { host, port } = splitPort(entry);
  if (port === undefined) return undefined;
  const cidr = /^\[?([0-9a-f.:]+)\/(\d{1,3})\]?$/i.exec(host);
  if (cidr) return parseRange(cidr[1] ?? '', Number(cidr[2]), port);
  if (port === '*' && !entry.endsWith(':*')) return undefined;
  const isWildcard = host.startsWith('*.');
  const parsed = parseHost(isWildcard ? host.slice('*.'.length) : host, port);
  if (!isWildcard) return parsed;
  return parsed?.kind === 'name' ? { ...parsed, isWildcard } : undefined;
}

/** Only a CIDR may leave its port out, which then is any. */
function splitPort(entry: string): { readonly host: string; readonly port: Port | undefined } {
  const match = /^(\[[^\]]*\](?:\/\d+)?|[^:]*):(\d{1,5}|\*)$/.exec(entry);
  if (!match) return { host: entry, port: '*' };
  const [, host = '', text = ''] = match;
  const port = text === '*' ? text : Number(text);
  const isPort = port === '*' || (port >= 1 && port <= 65_535);
  return { host, port: isPort ? port : undefined };
}

/** The entry of one host, by name or by address. */
export function parseHost(host: string, port: Port): Entry | undefined {
  const name = hostName(host);
  if (name === undefined || name.includes('*')) return undefined;
  const address = parseAddress(name);
  if (!address) return { kind: 'name', name, isWildcard: false, port };
  return { kind: 'range', base: address, bits: bitsOf(address), port };
}

function parseRange(text: string, bits: number, port: Port): RangeEntry | undefined {
  const base = parseAddress(text);
  if (!base || bits > bitsOf(base)) return undefined;
  return { kind: 'range', base, bits, port };
}

/** Whether a grant admits everything that another entry does. */
export function covers(grant: Entry | undefined, need: Entry): boolean {
  if (!grant || (grant.port !== '*' && grant.port !== need.port)) return false;
  if (grant.kind === 'name') return need.kind === 'name' && coversName(grant, need);
  return need.kind === 'range' && coversRange(grant, need);
}

function coversName(grant: NameEntry, need: NameEntry): boolean {
  if (grant.isWildcard) return `.${need.name}`.endsWith(`.${grant.name}`) && isBelow(grant, need);
  return !need.isWildcard && grant.name === need.name;
}

/** `*.host` is not `host` itself. */
function isBelow(grant: NameEntry, need: NameEntry): boolean {
  return need.isWildcard || need.name !== grant.name;
}

function coversRange(grant: RangeEntry, need: RangeEntry): boolean {
  if (grant.base.kind() !== need.base.kind() || grant.bits > need.bits) return false;
  return need.base.match(grant.base, grant.bits);
}

/** What two entries both admit: one covers the other's hosts, or they share none. */
export function meet(a: Entry | undefined, b: Entry | undefined): readonly string[] {
  if (!a || !b) return [];
  const port = a.port === '*' ? b.port : b.port === '*' || a.port === b.port ? a.port : undefined;
  if (port === undefined) return [];
  const one = { ...a, port };
  const other = { ...b, port };
  if (covers(one, other)) return [textOf(other)];
  return covers(other, one) ? [textOf(one)] : [];
}

function textOf(entry: Entry): string {
  if (entry.kind === 'name') {
    return `${entry.isWildcard ? '*.' : ''}${entry.name}:${entry.port}`;
  }
  const address = entry.base.toString();
  const isWhole = entry.bits === bitsOf(entry.base);
  if (isWhole) return `${bracketed(address)}:${entry.port}`;
  const range = `${address}/${entry.bits}`;
  return entry.port === '*' ? range : `${bracketed(range)}:${entry.port}`;
}
