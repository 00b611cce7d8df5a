/**
 * The command line as this process: what it prints beside its answers, how it ends where a tool
 * module breaks it, and that all is written by then.
 */
import { Console } from 'node:console';
import { systemIo } from './io.ts';
import { runCommandLine } from './program.ts';

/** Runs the command line of this process; answers its exit code when all is written. */
export async function runAsProcess(): Promise<number> {
  const { stdout, stderr, argv } = process;
  const io = systemIo();
  const words = argv.slice(2);
  // Standard output is for answers: what tool modules print goes beside it.
  globalThis.console = new Console(stderr);
  const exit = await Promise.race([runCommandLine(words, io), broken()]).catch(
    async (thrown: unknown) => {
      const { reportFailure } = await import('./failure.ts');
      return reportFailure(thrown, io, { isJson: words.includes('--json') });
    },
  );
  await Promise.all([written(stdout), written(stderr)]);
  return exit;
}

/** Rejects when a tool module throws behind our back, or leaves nothing that could go on. */
function broken(): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', reject);
    process.on('beforeExit', () => reject(new Error('A tool module waits for what never comes')));
  });
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
