/** The JSON object in which a model states status, intent and words: reading it from text. */
import { parseJsonObject, type JsonObject } from './json.ts';

const FENCE = '```';

/** The envelope that a text is, bare or in one markdown fence; nothing for any other text. */
export function parseEnvelope(text: string): JsonObject | undefined {
  return parseJsonObject(withoutFence(text.trim()));
}

function withoutFence(text: string): string {
  const infoEnd = text.indexOf('\n');
  const isFenced = text.startsWith(FENCE) && text.endsWith(FENCE) && infoEnd !== -1;
  return isFenced ? text.slice(infoEnd + 1, -FENCE.length) : text;
}
