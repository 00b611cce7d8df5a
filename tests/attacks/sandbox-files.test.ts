/** A tool that was taken over, in its sandbox: what it finds of the files and of the machine. */
import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, isSandboxed, openWorkshop, type Workshop } from '../adapters/sandbox/workshop.ts';

const CANARY = 'canary-7d1f';
const works = await isSandboxed();

let shop: Workshop;
let outside: string;

beforeAll(async () => {
  shop = await openWorkshop();
  outside = await mkdtemp(join(tmpdir(), 'outside-'));
  await writeFile(join(outside, 'secret'), CANARY);
  await shop.put('.troupe/store/secret', CANARY);
  await shop.put('.env', CANARY);
  await shop.put('private/secret', CANARY);
  await symlink(outside, join(shop.root, 'calendar/way-out'));
  await symlink(join(shop.root, 'private'), join(shop.root, 'calendar/aside'));
});
afterAll(async () => {
  await shop.close();
  await rm(outside, { recursive: true, force: true });
});

const tryAll = (paths: readonly string[], verb: string): string => `
  const came = [];
  for (const path of ${JSON.stringify(paths)})
    try { came.push(String(${verb})) } catch (error) { came.push(error.code ?? error.message) }
  return came`;

describe.skipIf(!works)('files', () => {
  test('no path leads to what was not granted', async () => {
    const { root } = shop;
    const paths = [
      `${outside}/secret`,
      `${root}/private/secret`,
      'calendar/way-out/secret',
      'calendar/aside/secret',
      'calendar/../private/secret',
      `/proc/self/cwd/private/secret`,
      `/proc/self/root${root}/private/secret`,
      `/proc/1/root${root}/private/secret`,
      `/proc/self/root${outside}/secret`,
      '.troupe/store/secret',
      '.env',
      '/etc/passwd',
      '/etc/shadow',
      '~/.ssh/id_rsa',
      '/srv',
      '/var/log',
      '/sys/kernel',
      '/dev/sda',
      '/dev/mem',
    ];
    const { answer } = await shop.run(tryAll(paths, 'fs.readFileSync(path)'), {
      writable: ['calendar/**'],
    });
    expect(new Set(answer as string[])).toEqual(new Set(['ENOENT']));
  });

  test('with everything granted, what is Troupe’s own stays hidden or fixed', async () => {
    const everything = { writable: ['**'] };
    const hidden = tryAll(['.troupe/store/secret', '.env'], 'fs.readFileSync(path)');
    expect((await shop.run(hidden, everything)).answer).toEqual(['ENOENT', 'EACCES']);
    const paths = ['workspace.yaml', 'packs/shop/tool.mjs', 'packs/new', '.troupe/new', '.env'];
    const writes = tryAll(paths, 'fs.writeFileSync(path, "mine")');
    const { answer } = await shop.run(writes, everything);
    expect(new Set(answer as string[])).toEqual(new Set(['EROFS', 'EACCES']));
    const moves = tryAll(
      ['workspace.yaml', 'packs', '.troupe', '.env'],
      'fs.renameSync(path, "gone")',
    );
    expect((await shop.run(moves, everything)).answer).toEqual([
      'EBUSY',
      'EBUSY',
      'EBUSY',
      'EBUSY',
    ]);
    expect(await readFile(join(shop.root, 'workspace.yaml'), 'utf8')).toBe('id: shop');
    expect(await readFile(join(shop.root, '.env'), 'utf8')).toBe(CANARY);
  });

  test.each(['*.yaml', '.tr*/**', '*/**', '?troupe/**', '**/store/**', '**/*'])(
    'with %s granted, what is Troupe’s own stays as it is',
    async (pattern) => {
      const paths = [
        'workspace.yaml',
        'packs/shop/tool.mjs',
        '.troupe/store/secret',
        '.troupe/new',
      ];
      const writes = tryAll(paths, 'fs.writeFileSync(path, "mine") ?? "written"');
      const reads = tryAll(['.troupe/store/secret', '.env'], 'fs.readFileSync(path)');
      for (const grant of [{ writable: [pattern] }, { readable: [pattern] }]) {
        expect((await shop.run(writes, grant)).answer).not.toContain('written');
        expect((await shop.run(reads, grant)).answer).not.toContain(CANARY);
      }
    },
  );

  test('its own code, the worker and its Node cannot be written', async () => {
    const { answer } = await shop.run(
      `const paths = [process.execPath, process.argv[1], 'packs/shop/tool.mjs'];
       return paths.map((path) => {
         try { fs.appendFileSync(path, '//'); return 'written' } catch (error) { return error.code }
       })`,
      { writable: ['calendar/**'] },
    );
    expect(answer).toEqual([expect.stringMatching(/EROFS|ETXTBSY/), 'EROFS', 'EROFS']);
  });

  test.each([
    ['is a link', 'lent', []],
    ['lies behind a link', 'lent/deeper', []],
  ])('a granted folder that %s is not mounted', async (_, folder) => {
    await rm(join(shop.root, 'lent'), { force: true });
    await symlink(outside, join(shop.root, 'lent'));
    for (const grant of [{ readable: [`${folder}/**`] }, { writable: [`${folder}/**`] }]) {
      const performance = await shop.run('return fs.readdirSync("lent")', grant);
      expect(codeOf(performance)).toBe('SCOPE_DENIED');
    }
  });

  test('a folder that is swapped for a link all the time is never followed', async () => {
    const { root } = shop;
    await shop.put('swapped/inside', 'harmless');
    let isOver = false;
    const swapping = (async () => {
      while (!isOver) {
        await rename(join(root, 'swapped'), join(root, 'aside'));
        await symlink(outside, join(root, 'swapped'));
        await rm(join(root, 'swapped'));
        await rename(join(root, 'aside'), join(root, 'swapped'));
      }
    })();
    const seen = new Set<unknown>();
    for (let round = 0; round < 12; round += 1) {
      const code = 'return fs.existsSync("swapped/secret") ? "leaked" : "held"';
      const performance = await shop.run(code, { readable: ['swapped/**'] });
      seen.add(codeOf(performance) ?? performance.answer);
    }
    isOver = true;
    await swapping;
    expect([...seen]).not.toContain('leaked');
  });
});

describe.skipIf(!works)('the rest of the machine', () => {
  test.each([
    ['the environment of the host', 'return child.execSync("cat /proc/*/environ").toString()'],
    ['the processes of the host', 'return child.execSync("cat /proc/[0-9]*/cmdline").toString()'],
  ])('%s is not there', async (_, code) => {
    process.env['WORKSHOP_CANARY'] = CANARY;
    const { answer } = await shop.run(code);
    delete process.env['WORKSHOP_CANARY'];
    expect(answer).not.toContain(CANARY);
    expect(answer).not.toContain('vitest');
  });

  test.each([
    ['mounts', 'mount -t tmpfs none /mnt || mount --bind / /tmp'],
    ['makes a user namespace', 'unshare -U true'],
    ['becomes root', 'su -c true'],
    ['ends its init', 'kill -9 1 && sleep 1 && ls /proc/1'],
    ['traces its init', 'cat /proc/1/mem'],
    ['writes to the kernel', 'echo 1 > /proc/sys/kernel/panic'],
  ])('it fails when it %s', async (_, command) => {
    const code = `return child.spawnSync("sh", ["-c", ${JSON.stringify(command)}]).status`;
    const performance = await shop.run(code);
    // Its init ends for nobody inside: what comes back then is a listing, and no harm.
    if (command.startsWith('kill')) expect(performance.answer).toBe(0);
    else expect(performance.answer).not.toBe(0);
  });

  test('it has no privilege, and cannot get one', async () => {
    const { answer } = await shop.run('return fs.readFileSync("/proc/self/status", "utf8")');
    expect(answer).toMatch(/CapEff:\t0+\n/);
    expect(answer).toMatch(/CapBnd:\t0+\n/);
    expect(answer).toMatch(/NoNewPrivs:\t1\n/);
  });
});
