/** Where a URL leads, in the form of network grants. */

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** The `host:port` of a URL; undefined when it is no URL, or its scheme has no known port. */
export function hostPort(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  const known = port || DEFAULT_PORTS[protocol];
  return hostname === '' || known === undefined ? undefined : `${hostname}:${known}`;
}
