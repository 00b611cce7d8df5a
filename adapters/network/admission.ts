/**
 * Whether a connection may be made, and to which address. A name is resolved once: what was checked
 * is what is connected to, whatever the name leads to a moment later.
 */
import { lookup } from 'node:dns/promises';
import { admitsAddress, admitsHost, RuntimeError, type NetworkReach } from '../../kernel/index.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Resolves a host to its addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the system does. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};

/** @throws RuntimeError SCOPE_DENIED where the host, or every address of it, is out of reach */
export async function admittedAddress(
  { host, port }: Target,
  reach: NetworkReach,
  resolve: Resolve,
): Promise<string> {
  if (!admitsHost(reach, host, port)) {
    throw new RuntimeError('SCOPE_DENIED', `${host}:${port} is not granted`);
  }
  const addresses = await resolve(host.replace(/^\[(.*)\]$/, '$1'));
  const address = addresses.find((one) => admitsAddress(reach, host, one, port));
  if (address !== undefined) return address;
  const message = `${host}:${port} leads to ${addresses.join(', ')}, which is not granted`;
  throw new RuntimeError('SCOPE_DENIED', message);
}
