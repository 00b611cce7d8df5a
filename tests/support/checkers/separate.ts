/** No session's records hold, name or run anything of another session. */
import type { Effect, History, SessionHistory } from '../history.ts';
import type { Checker } from './checker.ts';

export const checkSeparate: Checker = (history) => [
  ...history.sessions.flatMap((session) => strangersIn(history, session)),
  ...history.effects.flatMap(astray),
];

/** The ids of the tests are no words that a conversation would hold by chance. */
function strangersIn({ sessions }: History, session: SessionHistory): readonly string[] {
  const { session_id, texts, messages, approvals } = session;
  const records = [...texts, ...messages, ...approvals.map((record) => JSON.stringify(record))];
  const others = sessions.filter((other) => other.session_id !== session_id);
  return others.flatMap((other) =>
    records
      .filter((record) => mentions(record, other.session_id))
      .map((record) => `${session_id} holds something of ${other.session_id}: ${record}`),
  );
}

const mentions = (text: string, session_id: string): boolean =>
  text.split(/[^A-Za-z0-9_-]+/).includes(session_id);

function astray({ session_id, effect_id, tool_name }: Effect): readonly string[] {
  return effect_id.startsWith(`${session_id}/`)
    ? []
    : [`${tool_name} ran for ${session_id} under the key ${effect_id}`];
}
