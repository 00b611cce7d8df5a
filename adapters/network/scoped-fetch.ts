/** `fetch` for a tool of this process: it reaches what the call was granted, redirects included. */
import { Agent, buildConnector, fetch } from 'undici';
import type { NetworkReach } from '../../kernel/index.ts';
import { admittedAddress, systemResolve, type Resolve } from './admission.ts';

/**
 * Answers a `fetch` whose every connection is checked by name and by address, and made to the
 * address that was checked. It rejects as `fetch` does; `cause` is a RuntimeError SCOPE_DENIED.
 */
export function scopedFetch(
  reach: NetworkReach,
  resolve: Resolve = systemResolve,
): typeof globalThis.fetch {
  // Nothing is kept open: no call finds a connection that another one made.
  const dispatcher = new Agent({ connect: connector(reach, resolve), pipelining: 0 });
  const within = (input: Parameters<typeof fetch>[0], init?: Parameters<typeof fetch>[1]) =>
    fetch(input, { ...init, dispatcher });
  // The same function, of the package that Node has its own from.
  return within as unknown as typeof globalThis.fetch;
}

function connector(reach: NetworkReach, resolve: Resolve): buildConnector.connector {
  const base = buildConnector({});
  return (options, callback) => {
    const { hostname, protocol, servername } = options;
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80);
    admittedAddress({ host: hostname, port }, reach, resolve).then(
      // A certificate is still one of the host that was asked for.
      (address) =>
        base({ ...options, hostname: address, servername: servername ?? hostname }, callback),
      (error: Error) => callback(error, null),
    );
  };
}
