/** The one way in which what a host hands in is refused: by name, before anything comes of it. */
import type { z } from 'zod';
import { describeIssues, RuntimeError } from '../../kernel/index.ts';

/** @throws RuntimeError INVALID_INPUT naming every field that does not fit. */
export function readOptions<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new RuntimeError('INVALID_INPUT', `${what}: ${describeIssues(parsed.error)}`);
}
