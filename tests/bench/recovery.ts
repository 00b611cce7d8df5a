/** From `kill -9` with sessions in flight until the next process has every one of them running. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inFolder } from './desk.ts';
import type { Benchmark } from './measure.ts';
import type { News, Role } from './recovery-process.ts';

const PROGRAM = join(import.meta.dirname, 'recovery-process.ts');

interface Sample {
  readonly ready_ms: number;
  readonly resumed_ms: number;
  readonly startup_ms: number;
}

export const recovery: Benchmark = {
  name: 'recovery',
  async *measure({ runs, isQuick }) {
    const sessions = isQuick ? 100 : 1_000;
    const samples: Sample[] = [];
    for (let run = 0; run < runs; run += 1) samples.push(await sample(sessions));
    const of = { sessions };
    const unit = 'ms';
    const values = (name: keyof Sample): number[] => samples.map((one) => one[name]);
    yield { bench: 'recovery_process_started', unit, values: values('startup_ms'), of };
    yield { bench: 'recovery_runtime_ready', unit, values: values('ready_ms'), of };
    yield { bench: 'recovery_all_resumed', unit, values: values('resumed_ms'), of };
  },
};

/** All times are from the kill on, and so include the start of Node and of the program. */
function sample(sessions: number): Promise<Sample> {
  return inFolder(async (store) => {
    const doomed = launch('doomed', store, sessions);
    await heard(doomed, 'in_flight');
    const killed_at = performance.now();
    doomed.kill('SIGKILL');
    const successor = launch('successor', store, sessions);
    const at = async (news: News): Promise<number> => {
      await heard(successor, news);
      return performance.now() - killed_at;
    };
    const [startup_ms, ready_ms, resumed_ms] = await Promise.all([
      at('started'),
      at('ready'),
      at('in_flight'),
    ]);
    successor.kill('SIGKILL');
    await once(successor, 'exit');
    return { startup_ms, ready_ms, resumed_ms };
  });
}

const launch = (role: Role, store: string, sessions: number): ChildProcess =>
  fork(PROGRAM, [role, store, String(sessions)]);

/** Answers when the process tells the news; rejects when it ends instead. */
function heard(process: ChildProcess, news: News): Promise<void> {
  return new Promise((resolve, reject) => {
    process.on('message', (told) => {
      if (told === news) resolve();
    });
    process.on('exit', (code) => reject(new Error(`ended with ${code} before it was ${news}`)));
  });
}
