/**
 * The program inside the sandbox: loads the module of one tool, runs one call, says what came of
 * it. It is told nothing that the tool may not know, and the tool shares its process.
 */
import { existsSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import {
  CHANNEL_FD,
  lineOf,
  NETWORK_SOCKET,
  PROXY_PORT,
  readOrder,
  type FromWorker,
  type ToWorker,
} from './protocol.ts';

type Exports = Readonly<Record<string, unknown>>;
type Tool = (input: unknown, run: unknown) => unknown;

const channel = new Socket({ fd: CHANNEL_FD });
const stop = new AbortController();
let tool: Tool | undefined;

const say = (message: FromWorker): void => {
  channel.write(lineOf(message));
};

const textOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

async function obey(order: ToWorker): Promise<void> {
  switch (order.type) {
    case 'load':
      return load(order.module, order.export);
    case 'call':
      return call(order.input, order.run);
    case 'abort':
      return stop.abort(new Error(order.message));
  }
}

async function load(path: string, name: string | undefined): Promise<void> {
  try {
    const module = (await import(pathToFileURL(path).href)) as Exports;
    tool = toolOf(module, name);
    say({ type: 'ready' });
  } catch (thrown) {
    say({ type: 'unloadable', message: textOf(thrown) });
  }
}

function toolOf(module: Exports, name: string | undefined): Tool {
  const names = name === undefined ? ['default', 'run', 'handler'] : [name];
  const found = names.map((one) => module[one]).find((one) => typeof one === 'function');
  if (found) return found as Tool;
  const there = Object.keys(module).join(', ') || 'none';
  throw new Error(`expected a function as export ${names.join(' or ')}, its exports are: ${there}`);
}

async function call(input: unknown, run: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    const onProgress = (data: unknown): void => say({ type: 'progress', data });
    const value = await tool?.(input, { ...run, signal: stop.signal, onProgress });
    say({ type: 'answer', value });
  } catch (thrown) {
    say({ type: 'failed', message: textOf(thrown) });
  }
}

/** Programs know proxies by host and port; ours is a socket that was put into the sandbox. */
function passConnectionsOn(): void {
  const server = createServer((inside) => {
    const outside = connect(NETWORK_SOCKET);
    const end = (): void => void (inside.destroy(), outside.destroy());
    inside.on('error', end).pipe(outside);
    outside.on('error', end).pipe(inside);
  });
  server.listen(PROXY_PORT, '127.0.0.1').unref();
}

if (existsSync(NETWORK_SOCKET)) passConnectionsOn();
say({ type: 'started' });
createInterface({ input: channel }).on('line', (line) => void obey(readOrder(line)));
