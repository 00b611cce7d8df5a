/** Server-sent events: from pieces of text to frames, and from frames to an answer. */
import { createParser } from 'eventsource-parser';
import type { Answer, StreamReader } from '../dialect.ts';
import { failed, malformed, transient, type Outcome } from './failure.ts';

interface Frame {
  readonly data: string;
  /** Whether the blank line that ends a frame came behind it. */
  readonly isClosed: boolean;
}

/** The frames of a stream, each as soon as it is closed; the last one may be left open. */
async function* framesOf(pieces: AsyncIterable<string>): AsyncGenerator<Frame> {
  const frames: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => frames.push(data) });
  for await (const piece of pieces) {
    parser.feed(piece);
    for (const data of frames.splice(0)) yield { data, isClosed: true };
  }
  parser.feed('\n\n');
  for (const data of frames) yield { data, isClosed: false };
}

/**
 * Reads a stream to its end. A connection that breaks behind the last frame of an answer has
 * taken nothing from it; one that breaks before is PROVIDER_TRANSPORT_ERROR.
 */
export async function readStream(
  pieces: AsyncIterable<string>,
  reader: StreamReader,
  onText: (message: string) => void,
): Promise<Outcome<Answer>> {
  let frameCount = 0;
  try {
    for await (const { data, isClosed } of framesOf(pieces)) {
      const taken = reader.accept(data);
      frameCount += 1;
      if (!taken.ok) {
        // An open frame that cannot be read was cut in two: the stream ended too early.
        if (!isClosed && taken.failure.code === 'PROVIDER_MALFORMED_RESPONSE') break;
        return taken;
      }
      if (taken.value !== undefined) onText(taken.value);
    }
  } catch (thrown) {
    if (!reader.isComplete()) throw thrown;
  }
  if (reader.isComplete()) return reader.answer();
  return frameCount === 0
    ? malformed('the answer is no event stream')
    : failed(transient('PROVIDER_TRANSPORT_ERROR', 'the stream ended before the answer did'));
}
