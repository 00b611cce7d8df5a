/** What a store refuses with, for `rejects.toMatchObject`. */
import { expect } from 'vitest';
import type { ErrorCode } from '../../../../kernel/index.ts';

/** A RuntimeError with that code whose message contains that text. */
export function refusal(code: ErrorCode, text = ''): object {
  return { name: 'RuntimeError', code, message: expect.stringContaining(text) as string };
}
