/**
 * Where requests go. A configured URL may be the API's base or the full endpoint; both name the
 * same place, and these functions are the only ones that know how.
 */
import type { ProviderKind } from './dialect.ts';

/**
 * The endpoint that a base URL stands for: `https://host/`, `https://host/v1` and
 * `https://host/v1/messages` are one for `messages_compatible`. The query stays.
 * Answers undefined for what is no http(s) URL or carries a credential of its own.
 */
export function endpointOf(kind: ProviderKind, base_url: string): string | undefined {
  const url = httpUrl(base_url);
  if (!url) return undefined;
  url.pathname = endpointPath(kind, withoutTrailingSlashes(url.pathname));
  url.hash = '';
  return url.toString();
}

/** Whether two URLs lead to the same endpoint; what is no URL leads nowhere. */
export function sameEndpoint(kind: ProviderKind, left: string, right: string): boolean {
  const endpoint = endpointOf(kind, left);
  return endpoint !== undefined && endpoint === endpointOf(kind, right);
}

/** The `host:port` that a network allowlist must hold for this URL; undefined as in endpointOf. */
export function allowlistEntryOf(base_url: string): string | undefined {
  const url = httpUrl(base_url);
  if (!url) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return `${url.hostname}:${port}`;
}

function httpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.username || url.password ? undefined : url;
}

/** The paths that the vendors' own SDKs append, and the version where only a host is named. */
function endpointPath(kind: ProviderKind, path: string): string {
  switch (kind) {
    case 'openai_compatible':
      if (path.endsWith('/chat/completions')) return path;
      return `${path || '/v1'}/chat/completions`;
    case 'messages_compatible':
      if (path.endsWith('/messages')) return path;
      return path.endsWith('/v1') ? `${path}/messages` : `${path}/v1/messages`;
  }
}

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
