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
  options: Pick<RuntimeOptions, 'store' | 'tools' | 'evidence'> = {},
): Promise<Runtime> {
  return createRuntime({
    workspace: WORKSPACE,
    model: instantModel(conversation),
    tools: deskTools(() => {}),
    ...options,
  });
}

/** The tools that the intents of the workspace name; `onCall` is what a call waits for. */
export function deskTools(onCall: () => unknown): ToolCapability[] {
  const changes = [{ type: 'path', pattern: 'calendar/**', access: 'write' }] as const;
  const event = z.strictObject({
    title: z.string().min(1),
    starts_at: z.iso.datetime(),
    ends_at: z.iso.datetime(),
    attendees: z.array(z.email()),
  });
  return [
    defineTool({
      name: 'calendar:create-event',
      description: 'Adds an event to the team calendar.',
      input: event,
      scopes: changes,
      recovery: 'retry',
      run: async ({ title }, { idempotency_key }) => {
        await onCall();
        return { event_id: idempotency_key, title, status: 'confirmed' };
      },
    }),
    defineTool({
      name: 'calendar:list-events',
      description: 'Lists the events of the team calendar between two instants.',
      input: event.pick({ starts_at: true, ends_at: true }),
      scopes: [{ type: 'path', pattern: 'calendar/**', access: 'read' }],
      run: () => [],
    }),
    defineTool({
      name: 'calendar:delete-event',
      description: 'Removes an event from the team calendar.',
      input: z.strictObject({ event_id: z.string().min(1), reason: z.string().optional() }),
      scopes: changes,
      run: () => ({ status: 'deleted' }),
    }),
    defineTool({
      name: 'email:send',
      description: 'Sends an e-mail about a change in the calendar.',
      input: z.strictObject({ to: z.array(z.email()), subject: z.string(), text: z.string() }),
      run: () => ({ status: 'sent' }),
    }),
  ];
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
