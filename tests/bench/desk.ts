/** The desk that the benchmarks work at: a governed workspace, an instant model, one small tool. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, defineTool, type Runtime, type RuntimeOptions } from 'troupe';
import type { ToolCapability } from 'troupe/kernel';
import { z } from 'zod';
import { instantModel, type Conversation } from './instant-model.ts';

export const WORKSPACE = join(import.meta.dirname, 'workspace');

/** Opens a runtime as a host would; its sessions hold the conversation that is given. */
export function openDesk(
  conversation: Conversation,
  options: Pick<RuntimeOptions, 'store' | 'tools'> = {},
): Promise<Runtime> {
  return createRuntime({
    workspace: WORKSPACE,
    model: instantModel(conversation),
    tools: [calendarTool(() => {})],
    ...options,
  });
}

/** A tool that has an input schema and needs a scope, and does no work of its own. */
export function calendarTool(onCall: () => unknown): ToolCapability {
  return defineTool({
    name: 'calendar:create-event',
    description: 'Adds an event to the team calendar.',
    input: z.strictObject({
      title: z.string().min(1),
      starts_at: z.iso.datetime(),
      ends_at: z.iso.datetime(),
      attendees: z.array(z.email()),
    }),
    scopes: [{ type: 'path', pattern: 'calendar/**', access: 'write' }],
    recovery: 'retry',
    run: async ({ title }, { idempotency_key }) => {
      await onCall();
      return { event_id: idempotency_key, title, status: 'confirmed' };
    },
  });
}

/** Has one session hold its whole conversation. */
export async function runSession({ sessions }: Runtime, session_id?: string): Promise<void> {
  const message = 'Put the reviews of the spring catalogue into the team calendar.';
  const session = await sessions.start({ message, ...(session_id && { session_id }) });
  const { state, escalation } = await session.settled();
  if (state !== 'complete') throw new Error(`${session.id} is in ${state}: ${escalation?.message}`);
}

/** Lends a folder of its own on a real disk, and takes it back. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
