/** What a tool of this process reaches with the `fetch` that it is given. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime, defineTool } from 'troupe';
import { scopedFetch, type Resolve } from 'troupe/adapters';
import { z } from 'zod';

const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.headers.host} ${request.url}`);
  const to = new URL(request.url ?? '', 'http://here').searchParams.get('to');
  if (to !== null) response.writeHead(302, { location: to });
  response.end('from outside');
});
let port: number;
beforeAll(async () => {
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

/** Names and what they lead to, in turn; the last one stays. */
function namesOf(table: Record<string, string[]>): Resolve {
  return async (host) => {
    const answers = table[host] ?? [host];
    return [(answers.length > 1 ? answers.shift() : answers[0]) ?? host];
  };
}
const here = (): string => `127.0.0.1:${port}`;
const cameOf = (response: Promise<Response>): Promise<unknown> =>
  response.then(
    (answer) => answer.text(),
    (error: { cause?: { code?: unknown } }) => error.cause?.code,
  );

describe('a fetch within an allowlist', () => {
  test('reaches what it names', async () => {
    expect(await cameOf(scopedFetch([here()])(`http://${here()}/`))).toBe('from outside');
  });

  test.each([
    ['another port', () => 'http://127.0.0.1:1234/'],
    ['another name of the same place', () => `http://localhost:${port}/`],
    ['an address in one number', () => `http://2130706434:${port}/`],
    ['IPv4 in IPv6', () => `http://[::ffff:127.0.0.2]:${port}/`],
    ['a redirect out of it', () => `http://${here()}/?to=http://127.0.0.1:1234/`],
    ['a redirect to metadata', () => `http://${here()}/?to=http://169.254.169.254/`],
    ['a name that leads to a private address', () => `http://router.test:${port}/`],
  ])('does not reach %s', async (_, url) => {
    const names = namesOf({ 'router.test': ['10.0.0.1'] });
    const fetch = scopedFetch([here(), `router.test:${port}`], names);
    expect(await cameOf(fetch(url()))).toBe('SCOPE_DENIED');
  });

  test('connects to the address that was checked, each time anew', async () => {
    const names = namesOf({ 'turncoat.test': ['127.0.0.1', '10.0.0.1'] });
    const fetch = scopedFetch([`turncoat.test:${port}`, here()], names);
    expect(await cameOf(fetch(`http://turncoat.test:${port}/one`))).toBe('from outside');
    expect(asked.at(-1)).toBe(`turncoat.test:${port} /one`);
    expect(await cameOf(fetch(`http://turncoat.test:${port}/two`))).toBe('SCOPE_DENIED');
  });
});

test('a tool of this process is given a fetch that reaches what its call was granted', async () => {
  const scope = { type: 'network', posture: 'allowlist', allowlist_entries: [here()] } as const;
  const reaching = defineTool({
    name: 'web:get',
    description: 'Gets a page.',
    input: z.strictObject({ url: z.string() }),
    scopes: [{ ...scope, allowlist_entries: [...scope.allowlist_entries] }],
    run: async ({ url }, run) => ({ came: await cameOf(run.fetch(url)) }),
  });
  const folder = await mkdtemp(join(tmpdir(), 'troupe-fetch-'));
  const settings = { security: { allowed_scopes: [scope] }, policies: [OPEN] };
  await writeFile(join(folder, 'workspace.yaml'), JSON.stringify(settings));
  const runtime = await createRuntime({ workspace: folder, tools: [reaching] });
  const context = { run_id: 'run-1', task_id: 'task-1', session_id: 'host-1' };
  const get = async (url: string) => (await runtime.executeTool('web:get', { url }, context)).data;
  expect(await get(`http://${here()}/`)).toEqual({ came: 'from outside' });
  expect(await get('http://127.0.0.1:1234/')).toEqual({ came: 'SCOPE_DENIED' });
  await runtime.close();
  await rm(folder, { recursive: true });
});

const OPEN = { id: 'open', decision: 'allow', tools: ['web:*'] };
