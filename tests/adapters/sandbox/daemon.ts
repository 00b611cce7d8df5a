/** A process of Troupe with a call that never ends, for tests that kill it: prints, then waits. */
import { openWorkshop } from './workshop.ts';

const [confinement = ''] = process.argv.slice(2);
const shop = await openWorkshop(confinement === 'unconfined' ? { program: 'no-such-program' } : {});
const code = `
  const script = 'trap "" TERM HUP; while true; do sleep 1; done';
  child.spawn('setsid', ['sh', '-c', script], { detached: true, stdio: 'ignore' }).unref();
  run.onProgress('running');
  await new Promise(() => setInterval(() => {}, 1000))`;
await shop.run(
  code,
  { may_run_unconfined: true },
  { onProgress: () => process.stdout.write(`${shop.root}\n`) },
);
