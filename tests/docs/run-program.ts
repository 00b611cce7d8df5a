/** Runs a program of the documentation as its reader would: with Node, on the built package. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Answers the lines printed; rejects, with what it wrote to stderr, when it exits non-zero. */
export async function runProgram(path: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-docs-'));
  try {
    const { stdout } = await execute(process.execPath, [path], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      timeout: 20_000,
    });
    return stdout === '' ? [] : stdout.trimEnd().split('\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
