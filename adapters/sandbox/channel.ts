/** The lines that a worker writes, read as what they are: text of an untrusted process. */
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { FromWorker } from './worker/protocol.ts';

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('unloadable'), message: z.string() }),
  z.object({ type: z.literal('progress'), data: z.unknown().optional() }),
  z.object({ type: z.literal('answer'), value: z.unknown().optional() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]) satisfies z.ZodType<FromWorker>;

export type Received =
  | FromWorker
  /** A line that is none of the messages of a worker. */
  | { readonly type: 'rubbish'; readonly line: string };

const SHOWN_CHARACTERS = 200;

/** Cuts what arrives into lines and reads each. */
export function lineReader(onMessage: (received: Received) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onMessage(readLine(line));
  };
}

function readLine(line: string): Received {
  try {
    // What a tool wrote never becomes a prototype, and is copied before anybody uses it.
    const parsed = message.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
  } catch {
    // Answered below, as every other line that is no message.
  }
  return { type: 'rubbish', line: line.slice(0, SHOWN_CHARACTERS) };
}
