/**
 * The network of a sandbox with an allowlist: a proxy of ours on a socket, outside of what it is
 * for. Each connection is resolved once, checked by name and by address, and made to that address.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf, type NetworkReach } from '../../kernel/index.ts';
import { admittedAddress, type Resolve, type Target } from './admission.ts';

export interface FilteredNetwork {
  readonly close: () => void;
}

/** Headers that speak of one connection only, and not of the request. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization'];

/** Listens on a socket file for what may be reached, and refuses everything else with a reason. */
export async function openFilteredNetwork(
  socket: string,
  reach: NetworkReach,
  resolve: Resolve,
): Promise<FilteredNetwork> {
  const open = new Set<Duplex>();
  const keep = <Kept extends Duplex>(one: Kept): Kept => {
    open.add(one);
    one.on('error', () => one.destroy()).once('close', () => open.delete(one));
    return one;
  };
  const server = createServer((asked, answer) => {
    void forward(asked, answer, reach, resolve);
  });
  server.on('connection', keep);
  server.on('connect', (asked: IncomingMessage, inside: Duplex, head: Buffer) => {
    void tunnel(asked, inside, head, { reach, resolve, keep });
  });
  await new Promise<void>((ready, fail) => {
    server.once('error', fail).listen(socket, ready);
  });
  server.unref();
  return {
    close: () => {
      server.close();
      for (const one of open) one.destroy();
    },
  };
}

interface Tunnel {
  readonly reach: NetworkReach;
  readonly resolve: Resolve;
  readonly keep: (socket: Socket) => Socket;
}

async function tunnel(
  { url = '' }: IncomingMessage,
  inside: Duplex,
  head: Buffer,
  { reach, resolve, keep }: Tunnel,
): Promise<void> {
  try {
    const target = targetOf(`tcp://${url}`);
    const address = await admittedAddress(target, reach, resolve);
    const outside = keep(connect(target.port, address));
    outside.once('connect', () => {
      inside.write('HTTP/1.1 200 Connection established\r\n\r\n');
      outside.write(head);
      inside.pipe(outside).pipe(inside);
    });
    outside.once('close', () => inside.destroy());
    inside.once('close', () => outside.destroy());
  } catch (error) {
    const message = messageOf(error);
    inside.end(
      `HTTP/1.1 403 Forbidden\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
    );
  }
}

async function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  reach: NetworkReach,
  resolve: Resolve,
): Promise<void> {
  try {
    const url = new URL(asked.url ?? '');
    if (url.protocol !== 'http:') throw new Error(`expected http:, received ${url.protocol}`);
    const target = targetOf(url.href);
    const address = await admittedAddress(target, reach, resolve);
    const headers = Object.fromEntries(
      Object.entries(asked.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)),
    );
    const outside = request({
      ...{ host: address, port: target.port, method: asked.method },
      path: `${url.pathname}${url.search}`,
      // What was checked is what the server is asked for.
      headers: { ...headers, host: url.host },
      agent: false,
    });
    outside.once('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outside.on('error', (error) => refuse(answer, 502, messageOf(error)));
    answer.once('close', () => outside.destroy());
    asked.pipe(outside);
  } catch (error) {
    refuse(answer, 403, messageOf(error));
  }
}

function refuse(answer: ServerResponse, status: number, message: string): void {
  if (answer.headersSent) answer.destroy();
  else answer.writeHead(status, { 'content-type': 'text/plain' }).end(message);
}

function targetOf(text: string): Target {
  const { hostname, port, protocol } = new URL(text);
  return { host: hostname, port: Number(port || (protocol === 'http:' ? 80 : 443)) };
}
