/** No session's records hold, name or run anything of another session. */
import type { Effect, History, SessionHistory } from '../history.ts';
import { sessionIn, type Checker } from './checker.ts';

export const checkSeparate: Checker = (history) => [
  ...history.sessions.flatMap((session) => strangersIn(history, session)),
  ...history.effects.flatMap(astray),
];

/** The ids of the tests are no words that a conversation would hold by chance. */
function strangersIn(history: History, session: SessionHistory): readonly string[] {
  const { sessions } = history;
  const { session_id, texts, messages, approvals } = session;
  const records = [...texts, ...messages, ...approvals.map((record) => JSON.stringify(record))];
  const kin = new Set([session_id, ...ancestorsOf(history, session)]);
  const others = sessions.filter((other) => !kin.has(other.session_id));
  return others.flatMap((other) =>
    records
      .filter((record) => mentions(record, other.session_id))
      .map((record) => `${session_id} holds something of ${other.session_id}: ${record}`),
  );
}

/** The sessions whose conversation a fork has begun with. */
function ancestorsOf(history: History, { entries }: SessionHistory): readonly string[] {
  const [first] = entries;
  const details = first?.kind === 'session_started' ? first.details : undefined;
  const origin = details?.['forked_from'] as { readonly session_id: string } | undefined;
  const parent = origin && sessionIn(history, origin.session_id);
  return parent ? [parent.session_id, ...ancestorsOf(history, parent)] : [];
}

const mentions = (text: string, session_id: string): boolean =>
  text.split(/[^A-Za-z0-9_-]+/).includes(session_id);

function astray({ session_id, effect_id, tool_name }: Effect): readonly string[] {
  return effect_id.startsWith(`${session_id}/`)
    ? []
    : [`${tool_name} ran for ${session_id} under the key ${effect_id}`];
}
