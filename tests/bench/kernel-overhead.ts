/** What governing a tool call costs where nothing is synced: decide, record, run, record. */
import type { RuntimeOptions } from 'troupe';
import { generateKey, signerOf } from 'troupe/adapters';
import { memoryStore } from 'troupe/testing';
import { deskTools, openDesk, runSession } from './desk.ts';
import { median, type Benchmark } from './measure.ts';

const CALLS_PER_TURN = 20;

const INPUT = {
  title: 'Review of the spring catalogue with the people from the print room',
  starts_at: '2026-11-21T09:00:00Z',
  ends_at: '2026-11-21T10:00:00Z',
  attendees: ['ines@example.com', 'jonas@example.com'],
};

type Seal = Pick<RuntimeOptions, 'evidence'>;
const SEALS: readonly (readonly [chain: string, seal: Seal])[] = [
  ['unsigned', {}],
  ['signed', { evidence: { signer: signerOf(generateKey(), 'the key of the benchmark') } }],
];

export const kernelOverhead: Benchmark = {
  name: 'kernel-overhead',
  async *measure({ runs, isQuick }) {
    const calls = isQuick ? 400 : 2_000;
    await sessionCalls(calls, {});
    await hostCalls(calls, {});
    for (const [chain, seal] of SEALS) {
      const bySessions: number[] = [];
      const byHosts: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        bySessions.push(await sessionCalls(calls, seal));
        byHosts.push(await hostCalls(calls, seal));
      }
      const bench = 'call_overhead';
      yield { bench, unit: 'us', values: bySessions, of: { caller: 'session', chain, calls } };
      yield { bench, unit: 'us', values: byHosts, of: { caller: 'host', chain, calls } };
    }
  },
};

/**
 * The median time from one call of a turn to its next: the end of the one is recorded, the machine
 * moves on, the kernel decides on the other and records its start.
 */
async function sessionCalls(calls: number, seal: Seal): Promise<number> {
  const called_at: number[] = [];
  const tools = deskTools(() => called_at.push(performance.now()));
  const store = memoryStore();
  const turns = calls / CALLS_PER_TURN;
  const options = { store, tools, ...seal };
  const runtime = await openDesk({ turns, calls_per_turn: CALLS_PER_TURN }, options);
  await runSession(runtime);
  await runtime.close();
  const gaps = called_at.flatMap((at, call) =>
    call % CALLS_PER_TURN === 0 ? [] : [at - (called_at[call - 1] ?? NaN)],
  );
  return median(gaps) * 1_000;
}

/** The median time of `executeTool`, called by a host that waits for each answer. */
async function hostCalls(calls: number, seal: Seal): Promise<number> {
  const options = { store: memoryStore(), ...seal };
  const runtime = await openDesk({ turns: 0, calls_per_turn: 0 }, options);
  const context = {
    ...{ run_id: 'run-1', task_id: 'task-1', session_id: 'session-1' },
    metadata: { agent_intent: 'scheduling' },
  };
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const begun = performance.now();
    const { success } = await runtime.executeTool('calendar:create-event', INPUT, context);
    times.push(performance.now() - begun);
    if (!success) throw new Error('the call must be allowed');
  }
  await runtime.close();
  return median(times) * 1_000;
}
