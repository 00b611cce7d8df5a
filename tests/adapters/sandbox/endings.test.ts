/** How calls in the sandbox end when they are told to, and what is left of them: nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isThere } from 'troupe/adapters';
import { RuntimeError } from 'troupe/kernel';
import { codeOf, isSandboxed, openWorkshop, type Workshop } from './workshop.ts';

const works = await isSandboxed();
let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

describe.skipIf(!works)('a call in the sandbox', () => {
  test('a cancel is told to the tool, which may end well before it is ended', async () => {
    const stop = new AbortController();
    const code = `run.onProgress('running');
      await new Promise((done) => run.signal.addEventListener('abort', done)); return 'tidied up'`;
    const { answer } = await shop.run(
      code,
      {},
      {
        signal: stop.signal,
        onProgress: () => stop.abort(new RuntimeError('OPERATION_CANCELED', 'enough')),
      },
    );
    expect(answer).toBe('tidied up');
  });

  test.each([
    ['ignores SIGTERM and the signal', 'process.on("SIGTERM", () => {});'],
    [
      'left children in sessions of their own',
      `const script = 'trap "" TERM; while true; do echo x >> calendar/alive; sleep 0.01; done';
       child.spawn('setsid', ['sh', '-c', script], { detached: true }).unref();`,
    ],
  ])('a cancel ends a tool that %s', async (_, code) => {
    const stop = new AbortController();
    const performance = await shop.run(
      `${code} run.onProgress('running'); await new Promise(() => setInterval(() => {}, 1000))`,
      { writable: ['calendar/**'] },
      {
        signal: stop.signal,
        onProgress: () => stop.abort(new RuntimeError('TOOL_TIMEOUT', 'too long')),
      },
    );
    expect(codeOf(performance)).toBe('TOOL_TIMEOUT');
    expect(await processesLeft()).toEqual([]);
  });

  test('what a tool leaves running ends with its call', async () => {
    const left =
      'child.spawn("sleep", ["1000"], { detached: true, stdio: "ignore" }).unref(); return 1';
    expect((await shop.run(left, { writable: ['calendar/**'] })).answer).toBe(1);
    await shop.sandbox.close();
    expect(await processesLeft()).toEqual([]);
  });
});

describe('without a sandbox', () => {
  const broken = { program: 'no-such-program' };

  test('nothing runs, and the answer says what to do', async () => {
    const bare = await openWorkshop(broken);
    try {
      const performance = await bare.run('fs.writeFileSync("calendar/made", "")');
      expect(codeOf(performance)).toBe('SUBPROCESS_SANDBOX_UNAVAILABLE');
      expect(JSON.stringify(performance.answer)).toMatch(/install bubblewrap/);
      expect(performance.facts).toBeUndefined();
      expect(await isThere(join(bare.root, 'calendar/made'))).toBe(false);
    } finally {
      await bare.close();
    }
  });

  test('a tool that may runs unconfined, and its receipt says so', async () => {
    const bare = await openWorkshop(broken);
    try {
      const code = `child.spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
        return Object.keys(process.env)`;
      const change = { may_run_unconfined: true, environment: { SHOP_TOKEN: 'x' } };
      const { answer, facts } = await bare.run(code, change);
      expect(answer).not.toContain('USER');
      expect(answer).toContain('SHOP_TOKEN');
      expect(facts).toMatchObject({
        confinement: 'none',
        network: 'unconfined',
        readable: [],
        writable: [],
        reason: expect.stringContaining('no-such-program') as unknown,
      });
      await bare.sandbox.close();
      expect(await processesLeft()).toEqual([]);
    } finally {
      await bare.close();
    }
  });
});

/** What runs with a mark of this process, beside the workers that stand by for the next call. */
async function processesLeft(): Promise<readonly string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const left = await Promise.all(
    all.map(async (pid) => {
      const text = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const isMarked = (await text('environ')).includes(`TROUPE_SANDBOX=${process.pid}.`);
      const command = (await text('cmdline')).replaceAll('\0', ' ');
      return isMarked && !command.includes('worker/main') ? command : '';
    }),
  );
  return left.filter((command) => command !== '');
}
