/** Whether a sandbox works on this machine, tried out once with all that a tool will need. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../kernel/index.ts';
import { bubblewrapArguments } from './bubblewrap.ts';

/** What confines the processes of tools here, or why nothing does. */
export type Confinement =
  | { readonly kind: 'bubblewrap'; readonly program: string; readonly limiter: string }
  | { readonly kind: 'none'; readonly reason: string };

const PROGRAM = 'bwrap';
const LIMITER = '/usr/bin/prlimit';
const TIMEOUT_MS = 10_000;
const REMEDY = 'install bubblewrap and util-linux, and allow user namespaces';

const run = promisify(execFile);

/** Tries the sandbox out; `program` is another bubblewrap than that of the system. */
export async function probe(path: string, program = PROGRAM): Promise<Confinement> {
  const world = { mounts: [], folder: '/tmp', network: 'none' } as const;
  const args = [...bubblewrapArguments(world), LIMITER, '--core=0', '--', '/usr/bin/true'];
  try {
    // Nobody reads what is told on the descriptor that the arguments name: it is standard error.
    const told = args.map((arg, at) => (args[at - 1] === '--info-fd' ? '2' : arg));
    await run(program, told, { timeout: TIMEOUT_MS, env: { PATH: path } });
    return { kind: 'bubblewrap', program, limiter: LIMITER };
  } catch (error) {
    const { stderr } = error as { stderr?: unknown };
    const said = typeof stderr === 'string' && stderr.trim() ? stderr.trim() : messageOf(error);
    return { kind: 'none', reason: `${said} (${REMEDY})` };
  }
}
