/** A tool that was taken over, in its sandbox: whom it reaches by the network. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSandboxed, openWorkshop, type Workshop } from '../adapters/sandbox/workshop.ts';

const works = await isSandboxed();

/** What each name resolves to, in turn; the last one stays. */
const names = new Map<string, string[]>();
const resolve = async (host: string): Promise<readonly string[]> => {
  const answers = names.get(host) ?? [host];
  return [(answers.length > 1 ? answers.shift() : answers[0]) ?? host];
};

let shop: Workshop;
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
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  await shop.close();
  server.close();
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
    `return new Promise((done) => {
      const socket = net.connect(${to}, '${host}', () => done('connected'));
      socket.on('error', (error) => done(error.code));
    })`;

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
    const code = fetched(`http://127.0.0.1:${port}/hello`);
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
      const words = 'CONNECT ${target()} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n';
      const socket = net.connect(3128, '127.0.0.1', () => socket.write(words));
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
