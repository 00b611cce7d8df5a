/** The shape of a call: what of it has to be the same for a grant to cover it. */
import { approvalDigest, type ApprovedCall } from './approvals.ts';
import { contentHash } from './canonical.ts';
import { valuesAt, withValueAt } from './policy/pointer.ts';

/**
 * Digests a call without the values at the varied places: only that they are there, and of which
 * JSON type, is in it. Undefined where a place is missing, so that the call has no such shape.
 */
export function shapeOf(call: ApprovedCall, vary: readonly string[]): string | undefined {
  const masked = vary.reduce<unknown>(withPlaceholder, call.input);
  if (masked === undefined) return undefined;
  const digest = approvalDigest({ ...call, input: masked as ApprovedCall['input'] });
  return shapeOfDigest(digest, vary);
}

/** The shape of the call with this digest, and of what differs from it in the varied places. */
export function shapeOfDigest(digest: string, vary: readonly string[]): string {
  return contentHash({ digest, vary });
}

function withPlaceholder(input: unknown, pointer: string): unknown {
  const [value, ...others] = valuesAt(input, pointer);
  if (value === undefined || others.length > 0) return undefined;
  return withValueAt(input, pointer, `any ${typeOf(value)}`);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
