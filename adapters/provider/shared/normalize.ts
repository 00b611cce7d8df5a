/**
 * From what a model answered to the turn that the kernel takes, by the rules of the reference:
 * a requested tool decides the status, an intent must be stated, words may be missing.
 */
import {
  turnStatus,
  type IntentCatalogEntry,
  type RequestedTool,
  type TurnOutput,
} from '../../../kernel/contract/index.ts';
import type { Answer, NativeCall, ProviderKind } from '../dialect.ts';
import { parseEnvelope } from './envelope.ts';
import { malformed, succeeded, type Outcome } from './failure.ts';
import { INTENT_PROPERTY } from './instruction.ts';
import { isJsonObject, withoutKey, type JsonObject } from './json.ts';
import type { ToolNames } from './tool-names.ts';

/** The intent of calls that state none, where no intents were offered: no rule knows it. */
export const UNSTATED_INTENT = 'unclassified';

export interface TurnFrame {
  readonly kind: ProviderKind;
  /** The configured model, for answers that do not name theirs. */
  readonly model: string;
  readonly intents: readonly IntentCatalogEntry[];
  readonly names: ToolNames;
}

/** Judges an answer; what does not make a turn is PROVIDER_MALFORMED_RESPONSE. */
export function normalizeTurn(answer: Answer, frame: TurnFrame): Outcome<TurnOutput> {
  const envelope = answer.envelope ?? parseEnvelope(answer.text);
  const calls = requestedCalls(answer.calls, envelope, frame.names);
  if (!envelope && calls.length === 0) {
    return malformed('the answer is neither a JSON object nor a tool call', answer.text);
  }
  const message = envelope ? (envelope['assistant_message'] ?? '') : answer.text.trim();
  if (typeof message !== 'string') {
    return malformed('assistant_message of the answer is not a string', answer.text);
  }
  const intent = turnIntent(envelope, calls, frame.intents);
  if (!intent.ok) return intent;
  const status = statusOf(envelope, calls);
  if (status === 'tool_request' && calls.length === 0) {
    return malformed('the answer asks for a tool and names none that can be called', answer.text);
  }
  return succeeded({
    status,
    intent: intent.value,
    assistant_message: message,
    ...requestedTools(calls),
    provider: { kind: frame.kind, model: answer.model ?? frame.model },
    ...(answer.usage && { usage: answer.usage }),
    finish_reason: answer.finish_reason,
  });
}

/**
 * The tool of the envelope first, then the native calls. A model that fills both usually means
 * one call: the first native call of the envelope's tool is taken for its echo, because running
 * an effect twice is worse than asking for it again.
 */
function requestedCalls(
  native: readonly NativeCall[],
  envelope: JsonObject | undefined,
  names: ToolNames,
): readonly NativeCall[] {
  const ours = ({ name, input }: NativeCall): NativeCall => ({ name: names.fromWire(name), input });
  const calls = native.map(ours);
  const told = toldCall(envelope);
  if (!told) return calls;
  const first = ours(told);
  const echo = calls.findIndex(({ name }) => name === first.name);
  return [first, ...calls.filter((_, index) => index !== echo)];
}

/** The envelope's `requested_tool`; one without a name or an input object is no request. */
function toldCall(envelope: JsonObject | undefined): NativeCall | undefined {
  const told = envelope?.['requested_tool'];
  if (!isJsonObject(told)) return undefined;
  const { name, input } = told;
  const isUsable = typeof name === 'string' && name.trim() !== '' && isJsonObject(input);
  return isUsable ? { name: name.trim(), input } : undefined;
}

function statusOf(
  envelope: JsonObject | undefined,
  calls: readonly NativeCall[],
): TurnOutput['status'] {
  if (calls.length > 0) return 'tool_request';
  return turnStatus.catch('reply').parse(envelope?.['status']);
}

/**
 * The one intent of the turn. An envelope must state it, unless its calls do. Calls without an
 * envelope may leave it out where there is nothing to choose: of one offered intent it is that
 * one, of none it is `unclassified`, which every configured rule refuses.
 */
function turnIntent(
  envelope: JsonObject | undefined,
  calls: readonly NativeCall[],
  offered: readonly IntentCatalogEntry[],
): Outcome<string> {
  const stated = [envelope?.['intent'], ...calls.map(({ input }) => input[INTENT_PROPERTY])];
  const [intent, ...others] = new Set(stated.flatMap(intentOf));
  if (others.length > 0) {
    return malformed(`one answer states several intents: ${[intent, ...others].join(', ')}`);
  }
  if (intent !== undefined) return succeeded(intent);
  if (!envelope && offered.length <= 1) return succeeded(offered[0]?.id ?? UNSTATED_INTENT);
  return malformed('the answer states no intent');
}

function intentOf(value: unknown): readonly string[] {
  return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
}

function requestedTools(
  calls: readonly NativeCall[],
): Pick<TurnOutput, 'requested_tool' | 'requested_tools'> {
  const tools = calls.map(requestedTool);
  const [first] = tools;
  if (!first) return {};
  return { requested_tool: first, ...(tools.length > 1 && { requested_tools: tools }) };
}

function requestedTool({ name, input }: NativeCall): RequestedTool {
  return { name, input: withoutKey(input, INTENT_PROPERTY) };
}
