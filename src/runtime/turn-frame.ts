/** What a session's turns are asked with besides the messages: the same each time, so made once. */
import { contentHash, type ExecuteTurnInput } from '../../kernel/index.ts';
import type { SessionTerms } from './kernel-effects.ts';
import { IN_PROCESS_URL, type Models } from './models.ts';
import type { SessionFiles } from './session-files.ts';

export interface TurnFrame {
  readonly input: Omit<ExecuteTurnInput, 'messages'>;
  /** UTF-8 bytes of the JSON of a turn's input, without the JSON of its messages. */
  readonly bytes: number;
  readonly hash: string;
}

/** Puts the frame of a session's turns together. */
export function turnFrame(
  models: Models,
  { start, session_id }: SessionFiles,
  { tool_catalog, intent_catalog }: SessionTerms,
): TurnFrame {
  const { model_profile, stream } = start;
  const profile = models.resolve(model_profile);
  const own_url = 'refusal' in profile ? IN_PROCESS_URL : profile.base_url;
  const input = {
    session_id,
    model_profile,
    url: start.url ?? own_url,
    stream,
    tool_catalog: [...tool_catalog],
    intent_catalog: [...intent_catalog],
    ...(start.limits && { limits: start.limits }),
  };
  const bytes = Buffer.byteLength(JSON.stringify({ ...input, messages: [] })) - '[]'.length;
  return { input, bytes, hash: contentHash(input) };
}
