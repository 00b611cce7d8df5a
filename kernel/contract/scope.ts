/** Grants over paths and the network. They are only ever intersected. */
import { z } from 'zod';

export const pathScope = z.strictObject({
  type: z.literal('path'),
  /** A glob below the workspace folder, `/` as separator; `**` covers dotfiles. */
  pattern: z.string().min(1),
  access: z.enum(['read', 'write']),
});

export const networkScope = z
  .strictObject({
    type: z.literal('network'),
    posture: z.enum(['off', 'full', 'allowlist']),
    /** `host:port` or CIDR, needed with `allowlist`. */
    allowlist_entries: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine((scope) => (scope.posture === 'allowlist') === (scope.allowlist_entries !== undefined), {
    error: 'allowlist_entries goes with posture allowlist, and with no other',
    path: ['allowlist_entries'],
  });

export const toolScope = z.union([pathScope, networkScope]);
export type PathScope = z.infer<typeof pathScope>;
export type NetworkScope = z.infer<typeof networkScope>;
export type ToolScope = z.infer<typeof toolScope>;
