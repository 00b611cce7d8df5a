/**
 * Two sessions that wait for approval, with their store in the hand of somebody who writes records
 * anew while nobody runs; and what the next process makes of it.
 */
import { expect } from 'vitest';
import type { EvidenceEntry, Store, Write } from 'troupe/kernel';
import { ApprovalDesk, codeOf } from './approval-desk.ts';

/** What the attacker knows: `s` is attacked, `s2` stands beside it. */
export interface Scene {
  readonly store: Store;
  readonly request_id: string;
  readonly other_request_id: string;
}

export type Attack = (scene: Scene) => Promise<readonly Write[]>;

/** The text of a record, there or not. */
export const textOf = async (
  { store }: Scene,
  kind: Write['kind'],
  key: Write['key'] = ['s'],
): Promise<string> => (await store.get(kind, key)) ?? '';

/** Rewrites a record of session `s`, and has it go on. */
export const record =
  <Saved>(kind: Write['kind'], change: (saved: Saved) => unknown): Attack =>
  async (scene) => {
    const forged = change(JSON.parse(await textOf(scene, kind)) as Saved);
    const value = typeof forged === 'string' ? forged : JSON.stringify(forged);
    return [
      { kind, key: ['s'], value },
      { kind: 'running', key: ['s'], value: '' },
    ];
  };

/**
 * Plays an attack: nothing runs, evidence has no start, the session beside it goes on. Answers what
 * was told of it, and at the end of `s` itself, when its request was approved at last.
 */
export async function attacked(attack: Attack): Promise<readonly string[]> {
  const desk = new ApprovalDesk();
  await desk.open();
  const request_id = await desk.wait('a', 's');
  const other_request_id = await desk.wait('b', 's2');
  await desk.runtime.close();
  await desk.store.commit(await attack({ store: desk.store, request_id, other_request_id }));
  await desk.open({ recover: false });
  const told = new Set<string>();
  desk.runtime.subscribe((event) => {
    if (event.type === 'failure') told.add(event.code);
  });
  await desk.runtime.recover();
  if (told.size === 0) await desk.runtime.sessions.settled('s');
  const entries = await Array.fromAsync(desk.runtime.evidence.read('s'));
  expect([desk.ran, entries.filter(isPost)]).toEqual([[], []]);
  expect(await desk.resolve(other_request_id)).toBe('resolved');
  await desk.runtime.sessions.settled('s2');
  expect((await desk.runtime.sessions.list()).map(({ session_id }) => session_id)).toContain('s2');
  expect(desk.ran).toEqual(['b']);
  const last = await desk.resolve(request_id);
  if (last === 'resolved') await desk.runtime.sessions.settled('s').catch(codeOf);
  expect(desk.ran.filter((text) => text !== 'a' && text !== 'b')).toEqual([]);
  await desk.runtime.close();
  return [...told, last];
}

const isPost = (entry: EvidenceEntry): boolean =>
  entry.kind === 'tool_call_started' && entry.tool_name === 'notes:post';
