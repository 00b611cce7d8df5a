/** Ids that nobody can guess and that never come twice. */
import { randomUUID } from 'node:crypto';
import type { IdSource } from '../../kernel/index.ts';

/** Answers `<prefix>-` and 32 hex digits, of which 122 bits are random. */
export const systemIds: IdSource = {
  next: (prefix) => `${prefix}-${randomUUID().replaceAll('-', '')}`,
};
