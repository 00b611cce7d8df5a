/** Scopes as one line of words. */
import type { ToolScope } from '../../../kernel/index.ts';

/** Lists what the scopes open; `nothing` where there are none. */
export function scopesText(scopes: readonly ToolScope[]): string {
  return scopes.map(scopeText).join(', ') || 'nothing';
}

function scopeText(scope: ToolScope): string {
  if (scope.type === 'path') return `${scope.access} ${scope.pattern}`;
  return `network ${scope.allowlist_entries?.join(' ') ?? scope.posture}`;
}
