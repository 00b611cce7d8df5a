/**
 * A process that writes one commit behind the other until it is killed or a commit fails, then gets
 * its disk space back and tries again. It tells what it was told: `held`, the number of each
 * acknowledged commit, the code of each refusal.
 */
import { spawnSync } from 'node:child_process';
import { openLevelStore } from '../../../../adapters/store/level.ts';
import { type Store, isRuntimeError } from '../../../../kernel/index.ts';

const [folder = ''] = process.argv.slice(2);
const tell = (line: string | number): boolean => process.stdout.write(`${line}\n`);

/** What commit `number` holds; the record of the session is overwritten by every one. */
async function write(store: Store, number: number): Promise<void> {
  const value = String(number);
  await store.commit([
    { kind: 'message', key: ['a', number], value: value.repeat(100) },
    { kind: 'evidence', key: ['a', number], value },
    { kind: 'session', key: ['a'], value },
  ]);
}

async function writeMany(store: Store): Promise<void> {
  const written = Number((await store.get('session', ['a'])) ?? 0);
  for (let number = written + 1; number <= written + 2_000; number += 1) {
    await write(store, number);
    tell(number);
  }
}

const store = await openLevelStore(folder);
tell('held');
for (const attempt of ['first', 'second']) {
  // Where there is no prlimit the disk stays full, and the second refusal proves less.
  if (attempt === 'second') spawnSync('prlimit', [`--pid=${process.pid}`, '--fsize=unlimited']);
  await writeMany(store).catch((thrown: unknown) => {
    tell(isRuntimeError(thrown) ? thrown.code : String(thrown));
  });
}
await store.close();
tell('closed');
