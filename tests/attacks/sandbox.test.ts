/** A tool that was taken over, in its sandbox: one row an attack, each with what it came to. */
import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, isSandboxed, openWorkshop, type Workshop } from '../adapters/sandbox/workshop.ts';

const CANARY = 'canary-7d1f';
const works = await isSandboxed();

/** What each name resolves to, in turn; the last one stays. */
const names = new Map<string, string[]>();
const resolve = async (host: string): Promise<readonly string[]> => {
  const answers = names.get(host) ?? [host];
  return [(answers.length > 1 ? answers.shift() : answers[0]) ?? host];
};

let shop: Workshop;
let outside: string;
let port: number;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.headers.host} ${request.url}`);
  if (request.url === '/away') response.writeHead(302, { location: 'http://127.0.0.1:1/away' });
  if (request.url === '/metadata') response.writeHead(302, { location: 'http://169.254.169.254/' });
  response.end('from outside');
});

beforeAll(async () => {
  shop = await openWorkshop({ resolve });
  outside = await mkdtemp(join(tmpdir(), 'outside-'));
  await writeFile(join(outside, 'secret'), CANARY);
  await shop.put('.troupe/store/secret', CANARY);
  await shop.put('.env', CANARY);
  await shop.put('private/secret', CANARY);
  await symlink(outside, join(shop.root, 'calendar/way-out'));
  await symlink(join(shop.root, 'private'), join(shop.root, 'calendar/aside'));
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  await shop.close();
  await rm(outside, { recursive: true, force: true });
  server.close();
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
      '/root/.ssh/id_rsa',
      '/home',
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

  test('with everything granted, what is Troupe’s own stays hidden, and its settings fixed', async () => {
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

describe.skipIf(!works)('the network', () => {
  /** Asks the filter in so many words, as a tool would that wants to deceive it. */
  const ask = (url: string, host = 'bank.test'): string => `return new Promise((done) => {
    let text = '';
    const words = 'GET ${url} HTTP/1.1\\r\\nHost: ${host}\\r\\nConnection: close\\r\\n\\r\\n';
    const socket = net.connect(3128, '127.0.0.1', () => socket.write(words));
    socket.on('data', (data) => (text += data)).on('close', () => done(text));
  })`;
  const fetched = (url: string): string =>
    `return fetch('${url}').then((response) => response.text(), (error) => error.cause?.code)`;
  const dial = (host: string, to: number): string =>
    `return new Promise((done) => { const socket = net.connect(${to}, ${JSON.stringify(host)}); socket.on('connect', () => done('connected')); socket.on('error', (error) => done(error.code)) })`;

  test.each([
    ['by HTTP', () => fetched(`http://127.0.0.1:${port}/`), 'ECONNREFUSED'],
    ['by a connection', () => dial('127.0.0.1', port), 'ECONNREFUSED'],
    ['by IPv6', () => dial('::1', port), /ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH/],
    ['far away', () => dial('192.0.2.1', 80), 'ENETUNREACH'],
  ])('is off: nothing is reached %s', async (_, code, expected) => {
    const { answer, facts } = await shop.run(code());
    expect(answer).toMatch(expected);
    expect(facts?.network).toBe('off');
  });

  test('reaches what an allowlist names, through the filter', async () => {
    const network = [`127.0.0.1:${port}`];
    const code = `return fetch('http://127.0.0.1:${port}/hello').then((response) => response.text())`;
    const { answer, facts } = await shop.run(code, { network });
    expect(answer).toBe('from outside');
    expect(facts).toMatchObject({ network: 'allowlist', network_allowlist: network });
  });

  test.each([
    ['another port', () => 'http://127.0.0.1:1/'],
    ['another name of the same machine', () => `http://localhost:${port}/`],
    ['an address in one number', () => `http://2130706434:${port}/`],
    ['an address in hexadecimal', () => `http://0x7f.2:${port}/`],
    ['an IPv4 address in IPv6', () => `http://[::ffff:127.0.0.2]:${port}/`],
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data'],
    ['a name that leads to this machine', () => `http://inside.test:${port}/`],
    ['a name that leads to its network', () => `http://router.test:${port}/`],
  ])('refuses %s', async (_, url) => {
    names.set('inside.test', ['127.0.0.2']).set('router.test', ['10.0.0.1']);
    const network = [`127.0.0.1:${port}`, `inside.test:${port}`, `router.test:${port}`];
    const before = asked.length;
    const { answer } = await shop.run(ask(url()), { network });
    expect(answer).toMatch(/^HTTP\/1.1 403 [^]*granted/);
    expect(asked).toHaveLength(before);
  });

  test.each(['/away', '/metadata'])('refuses where %s redirects to', async (path) => {
    const network = [`127.0.0.1:${port}`];
    const code = `return fetch('http://127.0.0.1:${port}${path}').then(
      (response) => 'followed', (error) => String(error.cause?.message))`;
    const { answer } = await shop.run(code, { network });
    expect(answer).not.toBe('followed');
    expect(asked.at(-1)).toBe(`127.0.0.1:${port} ${path}`);
  });

  test('connects to the address that was checked, and asks a name that changed again', async () => {
    names.set('turncoat.test', ['127.0.0.1', '10.0.0.1']);
    const network = [`turncoat.test:${port}`, `127.0.0.1:${port}`];
    const code = (path: string): string => ask(`http://turncoat.test:${port}${path}`);
    expect((await shop.run(code('/one'), { network })).answer).toMatch(
      /^HTTP\/1.1 200 [^]*from outside/,
    );
    expect((await shop.run(code('/two'), { network })).answer).toMatch(/ 403 [^]*10\.0\.0\.1/);
  });

  test('sends the host that was checked, whatever a request claims', async () => {
    const code = ask(`http://127.0.0.1:${port}/claimed`, 'bank.test');
    await shop.run(code, { network: [`127.0.0.1:${port}`] });
    expect(asked.at(-1)).toBe(`127.0.0.1:${port} /claimed`);
  });

  test.each([
    ['what is granted', () => `127.0.0.1:${port}`, /^HTTP\/1.1 200/],
    ['another port', () => '127.0.0.1:1', /^HTTP\/1.1 403/],
    ['a name in disguise', () => `127.0.0.1:${port}@evil.test:80`, /^HTTP\/1.1 (403|400)/],
    ['nothing', () => '', /^HTTP\/1.1 (403|400)/],
  ])('tunnels to %s as the allowlist has it', async (_, target, expected) => {
    const code = `return new Promise((done) => {
      const socket = net.connect(3128, '127.0.0.1', () => socket.write('CONNECT ${target()} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
      socket.on('data', (data) => done(String(data))).on('close', () => done('closed')); })`;
    const { answer } = await shop.run(code, { network: [`127.0.0.1:${port}`] });
    expect(answer).toMatch(expected);
  });

  test('leaves no other way out than the filter', async () => {
    const network = [`127.0.0.1:${port}`];
    expect((await shop.run(dial('127.0.0.1', port), { network })).answer).toBe('ECONNREFUSED');
    expect((await shop.run(dial('192.0.2.1', 80), { network })).answer).toBe('ENETUNREACH');
  });
});
