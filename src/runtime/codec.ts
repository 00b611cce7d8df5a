/** The one place where stored text becomes values again: parsed by schema, or named as corrupt. */
import type { z } from 'zod';
import { isRuntimeError, messageOf, RuntimeError } from '../../kernel/index.ts';

/** @throws RuntimeError STORE_CORRUPT naming the record. */
export function decode<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  record: string,
): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text, record));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new RuntimeError(
    'STORE_CORRUPT',
    `The record ${record} is damaged: ${place} ${issue?.message}`,
  );
}

/** @throws RuntimeError STORE_CORRUPT naming the record. */
export function parseJson(text: string, record: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `The record ${record} is not JSON: ${messageOf(cause)}`;
    throw new RuntimeError('STORE_CORRUPT', message, { cause });
  }
}

/** Hears of damage that is passed over: whose records they are, and what is wrong with them. */
export type OnDamage = (session_id: string, error: RuntimeError) => void;

/** What a read answers; of damaged records nothing, so that they do not hide the others. */
export async function unlessDamaged<Found>(
  session_id: string,
  onDamage: OnDamage,
  read: () => Promise<Found>,
): Promise<Found | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isRuntimeError(error) || error.code !== 'STORE_CORRUPT') throw error;
    onDamage(session_id, error);
    return undefined;
  }
}
