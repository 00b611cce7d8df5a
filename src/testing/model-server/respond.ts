/** Reads requests from and writes planned responses to node's HTTP server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ModelAnswer } from './contract.ts';
import type { Arrival } from './judge.ts';
import type { BytesPlan, ResponsePlan } from './response-plan.ts';

/** Reads a request with its body; answers nothing where the client broke off. */
export async function readArrival(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Arrival | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length <= bytesMax) pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  return {
    method: request.method ?? '',
    path: new URL(request.url ?? '/', 'http://localhost').pathname,
    headers: request.headers,
    body: length <= bytesMax ? Buffer.concat(pieces).toString('utf8') : undefined,
  };
}

/** Carries a plan out, at the pace of the answer. Stops where the client has gone. */
export async function respond(
  response: ServerResponse,
  plan: ResponsePlan,
  pace: ModelAnswer['pace'],
): Promise<void> {
  switch (plan.kind) {
    case 'silence':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'bytes':
      return sendBytes(response, plan, pace);
  }
}

async function sendBytes(
  response: ServerResponse,
  { status, headers, chunks, is_whole }: BytesPlan,
  pace: ModelAnswer['pace'],
): Promise<void> {
  response.writeHead(status, headers).flushHeaders();
  for (const [index, chunk] of chunks.entries()) {
    await pace?.(index);
    if (response.destroyed) return;
    await write(response, chunk);
  }
  if (is_whole) response.end();
  else response.destroy();
}

/** Answers when the chunk has been handed to the network, or cannot be any more. */
async function write(response: ServerResponse, chunk: string): Promise<void> {
  await new Promise<void>((resolve) => {
    response.write(chunk, () => resolve());
  });
}

/** Answers how the exchange ended, once its connection is done with it. */
export async function endOf(response: ServerResponse): Promise<'answered' | 'broken_off'> {
  await new Promise((resolve) => response.once('close', resolve));
  return response.writableFinished ? 'answered' : 'broken_off';
}
