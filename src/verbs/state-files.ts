/** State files of the earlier system's form: read strictly, written whole or not at all. */
import { join } from 'node:path';
import { isThere, readFileIfThere, replaceFile } from '../../adapters/index.ts';
import { describeIssues, messageOf, RuntimeError, sessionId } from '../../kernel/index.ts';
import { parseJson } from '../runtime/codec.ts';
import { parse } from '../runtime/session-options.ts';
import { agentSessionState, type AgentSessionState } from './state-schema.ts';

/** Where the earlier system kept its sessions, below the storage root. */
const FOLDER = join('.agent-runtime', 'workflow');

/** @throws RuntimeError INVALID_INPUT for an id that is none, so that no path leaves the folder. */
function pathOf(root: string, session_id: string): string {
  return join(root, FOLDER, `${parse(sessionId, session_id, 'Session')}.json`);
}

/** Whether the earlier system kept a session of this id here, in whatever state. */
export const hasStateFile = (root: string, session_id: string): Promise<boolean> =>
  isThere(pathOf(root, session_id));

/** @throws RuntimeError STATE_FILE_INVALID naming the file and what is wrong with it. */
export async function readStateFile(
  root: string,
  session_id: string,
): Promise<AgentSessionState | undefined> {
  const path = pathOf(root, session_id);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = agentSessionState.safeParse(parseText(text, path));
  if (parsed.success && parsed.data.session_id === session_id) return parsed.data;
  const why = parsed.error ? describeIssues(parsed.error) : 'it is of another session';
  throw new RuntimeError('STATE_FILE_INVALID', `${path}: ${why}`);
}

function parseText(text: string, path: string): unknown {
  try {
    return parseJson(text, path);
  } catch (cause) {
    throw new RuntimeError('STATE_FILE_INVALID', messageOf(cause), { cause });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFileIfThere(path);
  } catch (error) {
    throw new RuntimeError('STATE_FILE_INVALID', `${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Writes the whole file or leaves the old one. */
export async function writeStateFile(root: string, state: AgentSessionState): Promise<void> {
  await replaceFile(pathOf(root, state.session_id), JSON.stringify(state));
}
