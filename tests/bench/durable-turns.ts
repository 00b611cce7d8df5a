/** Governed turns per second, each effect synced to disk before it runs, by concurrent sessions. */
import { inFolder, openDesk, runSession } from './desk.ts';
import type { Benchmark, Figure, Plan } from './measure.ts';

const CONCURRENT_SESSIONS = [1, 16, 64];
const TURNS_PER_SESSION = 25;

interface Sample {
  readonly turns_per_second: number;
  readonly cpu_us_per_turn: number;
}

export const durableTurns: Benchmark = {
  name: 'durable-turns',
  async *measure(plan) {
    for (const sessions of CONCURRENT_SESSIONS) yield* figuresOf(sessions, plan);
  },
};

async function* figuresOf(sessions: number, { runs, isQuick }: Plan): AsyncIterable<Figure> {
  const turns = isQuick ? 1_600 : 8_000;
  const samples: Sample[] = [];
  for (let run = 0; run < runs; run += 1) samples.push(await sample(sessions, turns));
  const of = { sessions, turns, turns_per_session: TURNS_PER_SESSION };
  const values = samples.map(({ turns_per_second }) => turns_per_second);
  yield { bench: 'durable_turns', unit: 'turns/s', values, of };
  const cpu = samples.map(({ cpu_us_per_turn }) => cpu_us_per_turn);
  yield { bench: 'durable_turn_cpu', unit: 'us', values: cpu, of };
}

/** A turn is one model turn and one tool call; starts and ends of sessions are in the time. */
function sample(concurrent: number, turns: number): Promise<Sample> {
  return inFolder(async (store) => {
    const runtime = await openDesk({ turns: TURNS_PER_SESSION, calls_per_turn: 1 }, { store });
    const session_count = Math.ceil(turns / TURNS_PER_SESSION);
    let started_count = 0;
    const work = async (): Promise<void> => {
      while (started_count < session_count) {
        started_count += 1;
        await runSession(runtime);
      }
    };
    const cpu_before = process.cpuUsage();
    const begun = performance.now();
    await Promise.all(Array.from({ length: concurrent }, work));
    const elapsed_ms = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu_before);
    await runtime.close();
    const done = session_count * TURNS_PER_SESSION;
    return {
      turns_per_second: done / (elapsed_ms / 1_000),
      cpu_us_per_turn: (user + system) / done,
    };
  });
}
