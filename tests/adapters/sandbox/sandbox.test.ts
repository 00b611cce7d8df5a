/** A call in the sandbox: what it is given, and what it answers. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSandboxed, openWorkshop, type Workshop } from './workshop.ts';

const works = await isSandboxed();
let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

describe.skipIf(!works)('a call in the sandbox', () => {
  test('gets its input, its run and its section, and no other environment', async () => {
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
       const attempt = (name, act) => {
         try { tried[name] = act() ?? 'made' } catch (error) { tried[name] = error.code }
       };
       const { readFileSync, writeFileSync } = fs;
       const there = ['letters/one.txt', 'calendar/today.ics', 'workspace.yaml', '.troupe/store'];
       for (const path of there)
         attempt(path, () => readFileSync(path, 'utf8'));
       for (const path of ['letters/two.txt', 'calendar/new.ics', 'workspace.yaml', '/tmp/a', '/a'])
         attempt('> ' + path, () => writeFileSync(path, 'made'));
       return tried`,
      { readable: ['letters/**'], writable: ['calendar/**'] },
    );
    expect(answer).toEqual({
      'letters/one.txt': 'dear reader',
      'calendar/today.ics': 'nothing today',
      'workspace.yaml': 'ENOENT',
      '.troupe/store': 'ENOENT',
      '> letters/two.txt': 'EROFS',
      '> calendar/new.ics': 'made',
      '> workspace.yaml': 'EROFS',
      '> /tmp/a': 'made',
      '> /a': 'EROFS',
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

  test('gets the files as they are now, not as they were for a process that stood by', async () => {
    const profile = { readable: ['letters/fresh.txt', 'letters/list-*'] };
    const code = `const names = fs.readdirSync('letters');
      return names.map((name) => fs.readFileSync('letters/' + name, 'utf8'))`;
    await shop.put('letters/fresh.txt', 'first');
    expect((await shop.run(code, profile)).answer).toEqual(['first']);
    await rename(await shop.put('draft', 'second'), join(shop.root, 'letters/fresh.txt'));
    await shop.put('letters/list-a', 'a');
    expect((await shop.run(code, profile)).answer).toEqual(['second', 'a']);
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
});
