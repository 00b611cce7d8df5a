/** Server-sent events: from pieces of text to the data of each frame. */
import { createParser } from 'eventsource-parser';
import type { Answer, StreamReader } from '../dialect.ts';
import { failed, malformed, transient, type Outcome } from './failure.ts';

/** The data of each frame, as soon as it is whole; the last one needs no blank line behind it. */
async function* framesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const frames: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => frames.push(data) });
  for await (const piece of pieces) {
    parser.feed(piece);
    yield* frames.splice(0);
  }
  parser.feed('\n\n');
  yield* frames;
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
    for await (const data of framesOf(pieces)) {
      frameCount += 1;
      const taken = reader.accept(data);
      if (!taken.ok) return taken;
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
