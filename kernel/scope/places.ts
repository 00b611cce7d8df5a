/**
 * The one spelling of a path argument. `./a`, `a` and the absolute path are one file: a rule about
 * it must not miss any of them. Links are not followed here, and other files than that one are not
 * known: where that matters, scopes decide.
 */
import type { MarkedArgument } from './marks.ts';
import { placePath } from './workspace-path.ts';

/** The input with each marked path relative to the workspace; itself where all of them are. */
export function inOneSpelling(
  input: unknown,
  marked: readonly MarkedArgument[],
  root: string,
): unknown {
  return marked.reduce<unknown>((left, { kind, pointer, value }) => {
    const isPath = kind === 'path:read' || kind === 'path:write';
    if (!isPath || typeof value !== 'string') return left;
    const place = placePath(value, root);
    const path = place.kind === 'placed' ? place.path || '.' : value;
    return path === value ? left : withText(left, segmentsOf(pointer), path);
  }, input);
}

/** Each member at its own key only: no key of an input is a pattern. */
function withText(value: unknown, [segment, ...rest]: readonly string[], text: string): unknown {
  if (segment === undefined) return text;
  const change = (member: unknown): unknown => withText(member, rest, text);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (String(index) === segment ? change(item) : item));
  }
  const members = Object.entries(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    members.map(([key, member]) => [key, key === segment ? change(member) : member]),
  );
}

function segmentsOf(pointer: string): readonly string[] {
  const [, ...segments] = pointer.split('/');
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
