/** A call in the sandbox: what it is given, what it answers, and every way in which it can fail. */
import { readFile } from 'node:fs/promises';
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
  test('gets its input, its run and its section, and nothing of the host’s environment', async () => {
    const code = `return { env: process.env, uid: process.getuid(), cwd: process.cwd(),
      key: run.idempotency_key, config: run.config, hasSignal: run.signal instanceof AbortSignal }`;
    const { answer } = await shop.run(
      code,
      { environment: { SHOP_TOKEN: 'open sesame' } },
      { config: { shelf: 3 } },
    );
    expect(answer).toEqual({
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: '/tmp',
        TMPDIR: '/tmp',
        LANG: 'C.UTF-8',
        PWD: shop.root,
        SHOP_TOKEN: 'open sesame',
        TROUPE_SANDBOX: expect.stringMatching(/^\d+\.\d+\.\d+$/) as unknown,
      },
      uid: 1000,
      cwd: shop.root,
      key: 'effect-1',
      config: { shelf: 3 },
      hasSignal: true,
    });
  });

  test('reads what it may read, writes what it may write, and sees nothing else', async () => {
    const { answer, facts } = await shop.run(
      `const tried = {};
       for (const path of ['letters/one.txt', 'calendar/today.ics', 'workspace.yaml', '.troupe/store/records'])
         try { tried[path] = fs.readFileSync(path, 'utf8') } catch (error) { tried[path] = error.code }
       for (const path of ['letters/two.txt', 'calendar/new.ics', 'workspace.yaml', '/tmp/scratch', '/stray'])
         try { fs.writeFileSync(path, 'made'); tried['> ' + path] = 'made' } catch (error) { tried['> ' + path] = error.code }
       return tried`,
      { readable: ['letters/**'], writable: ['calendar/**'] },
    );
    expect(answer).toEqual({
      'letters/one.txt': 'dear reader',
      'calendar/today.ics': 'nothing today',
      'workspace.yaml': 'ENOENT',
      '.troupe/store/records': 'ENOENT',
      '> letters/two.txt': 'EROFS',
      '> calendar/new.ics': 'made',
      '> workspace.yaml': 'EROFS',
      '> /tmp/scratch': 'made',
      '> /stray': 'EROFS',
    });
    expect(await readFile(join(shop.root, 'calendar/new.ics'), 'utf8')).toBe('made');
    expect(facts).toMatchObject({ readable: ['letters'], writable: ['calendar'], network: 'off' });
  });

  test('is told of as it is: a later call is served by a process that stood by', async () => {
    const profile = { readable: ['letters/one.*'] };
    const first = await shop.run('globalThis.seen = true; return 1', profile);
    expect(first.facts).toEqual({
      confinement: 'bubblewrap',
      start: 'cold',
      network: 'off',
      readable: ['letters/one.txt'],
      writable: [],
      environment: [],
      limits: {
        wall_clock_ms: 10_000,
        memory_bytes: 268_435_456,
        output_bytes: 1_048_576,
        processes: 8,
      },
      processes_held_by: expect.stringMatching(/^(control_group|user_limit|looking)$/) as unknown,
    });
    const starts: unknown[] = [];
    while (!starts.includes('warm')) {
      const code = 'const was = globalThis.seen; globalThis.seen = true; return was ?? "nothing"';
      const { answer, facts } = await shop.run(code, profile);
      expect(answer).toBe('nothing');
      starts.push(facts?.start);
    }
  });

  test('gets the files as they are now, also where a process stood by with older ones', async () => {
    const profile = { readable: ['letters/fresh.txt', 'letters/list-*'] };
    const code =
      'return fs.readdirSync("letters").map((name) => fs.readFileSync(`letters/${name}`, "utf8"))';
    await shop.put('letters/fresh.txt', 'first');
    expect((await shop.run(code, profile)).answer).toEqual(['first']);
    const { rename } = await import('node:fs/promises');
    await rename(await shop.put('draft', 'second'), join(shop.root, 'letters/fresh.txt'));
    await shop.put('letters/list-a', 'a');
    expect(await shop.run(code, profile)).toMatchObject({
      answer: ['second', 'a'],
      facts: { start: 'cold' },
    });
  });

  test('tells of its progress while it runs', async () => {
    const told: unknown[] = [];
    await shop.run(
      'run.onProgress({ done: 1 }); run.onProgress("half")',
      {},
      {
        onProgress: (data) => told.push(data),
      },
    );
    expect(told).toEqual([{ done: 1 }, 'half']);
  });

  test.each([
    ['a thrown error', 'throw new Error("no ink")', 'TOOL_EXECUTION_FAILED', 'no ink'],
    [
      'an exit',
      'console.error("gone"); process.exit(3)',
      'SUBPROCESS_EXIT_NONZERO',
      'exit code 3: gone',
    ],
    ['an exit without a word', 'process.exit(0)', 'SUBPROCESS_EXIT_NONZERO', 'exit code 0'],
    ['a crash', 'process.kill(process.pid, "SIGKILL")', 'SUBPROCESS_EXIT_NONZERO', 'exit code 137'],
    [
      'rubbish on the channel',
      'fs.writeSync(3, "rubbish\\n"); await new Promise(() => {})',
      'SUBPROCESS_PROTOCOL_ERROR',
      'rubbish',
    ],
    [
      'a message of another time',
      'fs.writeSync(3, \'{"type":"ready"}\\n\'); await new Promise(() => {})',
      'SUBPROCESS_PROTOCOL_ERROR',
      'ready',
    ],
    [
      'an answer that is no JSON',
      'const a = {}; a.a = a; return a',
      'TOOL_EXECUTION_FAILED',
      'circular',
    ],
    [
      'too much memory',
      'const all = []; for (;;) { all.push(Buffer.alloc(4e6, 1)); await new Promise(setImmediate) }',
      'SUBPROCESS_LIMIT_EXCEEDED',
      'memory_bytes',
    ],
    [
      'too many processes',
      'for (let i = 0; i < 20; i++) child.spawn("sleep", ["60"]); await new Promise(() => {})',
      'SUBPROCESS_LIMIT_EXCEEDED',
      'processes',
    ],
    [
      'a fork bomb',
      'child.spawn("sh", ["-c", "b() { sleep 60 & b | b & }; b"]); await new Promise(() => {})',
      'SUBPROCESS_LIMIT_EXCEEDED',
      'processes',
    ],
    [
      'too much output',
      'process.stdout.write("x".repeat(2e6)); await new Promise(() => {})',
      'SUBPROCESS_LIMIT_EXCEEDED',
      'output_bytes',
    ],
    ['too large an answer', 'return "x".repeat(2e6)', 'SUBPROCESS_LIMIT_EXCEEDED', 'output_bytes'],
    [
      'endless progress',
      'for (;;) { run.onProgress("x".repeat(1000)); await new Promise(setImmediate) }',
      'SUBPROCESS_LIMIT_EXCEEDED',
      'output_bytes',
    ],
  ])('%s is a failure with a code', async (_, code, expected, word) => {
    const { answer } = await shop.run(code);
    expect(answer).toEqual({
      success: false,
      error: expect.objectContaining({
        code: expected,
        message: expect.stringContaining(word) as unknown,
      }) as unknown,
    });
  });

  test.each([
    ['a module that is not there', { module: '/nowhere/tool.mjs' }, 'cannot be loaded'],
    ['an export that is no function', { export: 'word' }, 'its exports are: run, word'],
    ['an export that is not there', { export: '__proto__' }, 'its exports are: run, word'],
  ])('%s is told before anything runs', async (_, change, word) => {
    const performance = await shop.run('return 1', change);
    expect(codeOf(performance)).toBe('ADAPTER_LOAD_FAILED');
    expect(JSON.stringify(performance.answer)).toContain(word);
  });

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
      'child.spawn("setsid", ["sh", "-c", "trap \\"\\" TERM; while true; do echo x >> calendar/alive; sleep 0.01; done"], { detached: true }).unref();',
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
    expect(await processesThatSay(shop.root)).toEqual([]);
  });

  test('what a tool leaves running ends with its call', async () => {
    const left =
      'child.spawn("sleep", ["1000"], { detached: true, stdio: "ignore" }).unref(); return 1';
    expect((await shop.run(left, { writable: ['calendar/**'] })).answer).toBe(1);
    await shop.sandbox.close();
    expect(await processesThatSay(shop.root)).toEqual([]);
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
      const code =
        'child.spawn("sleep", ["1000"], { detached: true, stdio: "ignore" }).unref(); return Object.keys(process.env)';
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
      expect(await processesThatSay(bare.root)).toEqual([]);
    } finally {
      await bare.close();
    }
  });
});

/** Processes whose mark is of this test process: none, once the calls are over. */
async function processesThatSay(folder: string): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises');
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const said = await Promise.all(
    all.map(async (pid) => {
      const text = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const isMarked = (await text('environ')).includes(`TROUPE_SANDBOX=${process.pid}.`);
      const command = (await text('cmdline')).replaceAll('\0', ' ');
      // Those that stand by for the next call are as they should be.
      const isSpare = command.includes('worker/main') && command.includes(folder);
      return isMarked && !isSpare && !command.includes('worker/main') ? command : [];
    }),
  );
  return said.flat().filter((command) => command !== '');
}
