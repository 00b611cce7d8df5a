/** Reading a response body without ever holding more of it than the profile allows. */
import { RuntimeError } from '../../../kernel/index.ts';

/**
 * The body as text, piece by piece, whatever characters its chunks cut in two.
 * @throws RuntimeError PROVIDER_MALFORMED_RESPONSE as soon as it is larger than `bytesMax`.
 */
export async function* readLimited(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > bytesMax) {
      throw new RuntimeError(
        'PROVIDER_MALFORMED_RESPONSE',
        `the answer is larger than response_bytes_max (${bytesMax})`,
        { details: { response_bytes_max: bytesMax } },
      );
    }
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** The whole body as text, with the same limit. */
export async function readWhole(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of readLimited(body, bytesMax)) pieces.push(piece);
  return pieces.join('');
}
