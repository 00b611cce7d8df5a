/** Every way in which a call in the sandbox can fail, each a value with a code. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, isSandboxed, openWorkshop, type Workshop } from './workshop.ts';

const works = await isSandboxed();
let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

describe.skipIf(!works)('a call in the sandbox', () => {
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
      'const all = []; while (all.push(Buffer.alloc(4e6, 1))) await new Promise(setImmediate)',
      'SUBPROCESS_LIMIT_EXCEEDED',
      'memory_bytes',
    ],
    [
      'too many processes',
      'for (let i = 0; i < 12; i++) child.spawn("sleep", ["60"]); await new Promise(() => {})',
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

  test('a process that does not start is told with what the system said', async () => {
    const broken = await openWorkshop({ node: '/nowhere/node' });
    const performance = await broken.run('return 1');
    await broken.close();
    expect(codeOf(performance)).toBe('SUBPROCESS_TRANSPORT_FAILED');
    expect(JSON.stringify(performance.answer)).toContain('/nowhere/node');
  });

  test('a fork bomb stays small, and ends with its call', async () => {
    const performance = await shop.run(`
      child.spawn('sh', ['-c', 'b() { sleep 60 & b | b & }; b'], { stdio: 'ignore' });
      await new Promise((done) => setTimeout(done, 500));
      return fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length`);
    // Either it was seen and ended, or the system had it start no more.
    if (codeOf(performance) === undefined) expect(performance.answer).toBeLessThan(40);
    else expect(codeOf(performance)).toBe('SUBPROCESS_LIMIT_EXCEEDED');
  });
});
