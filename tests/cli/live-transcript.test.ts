/** The order and the words of the live transcript, event by event. */
import { describe, expect, test } from 'vitest';
import type { RuntimeEvent } from 'troupe';
import { contentHash, TURN_TOOL, type EvidenceEntry, type Message } from 'troupe/kernel';
import type { Io } from '../../src/cli/io.ts';
import { LiveTranscript } from '../../src/cli/render/live-transcript.ts';
import { createStyle } from '../../src/cli/render/style.ts';

const session_id = 's1';

const says = (assistant_message: string): RuntimeEvent => ({
  type: 'progress',
  session_id,
  effect_id: 's1/turn/0',
  tool_name: TURN_TOOL,
  sequence: 0,
  data: { assistant_message },
});

const message = (said: Partial<Message>): RuntimeEvent => ({
  type: 'message',
  session_id,
  index: 0,
  message: { role: 'assistant', content: '', ...said },
});

const entry = (facts: object): RuntimeEvent => ({
  type: 'evidence',
  session_id,
  entry: { session_id, policy_decisions: [], ...facts } as unknown as EvidenceEntry,
});

const starts = (index: number): RuntimeEvent =>
  entry({
    kind: 'tool_call_started',
    effect_id: `s1/tool/${index}`,
    basis: 'allow',
    input_hash: contentHash({}),
  });

const asks = (...names: readonly string[]): Partial<Message> => ({
  tool_calls: names.map((name, index) => ({
    name,
    tool_call_id: `agent-runtime-tool-call-${index + 1}`,
    input: {},
  })),
});

function shown(events: readonly RuntimeEvent[], recalled: readonly Message[] = []) {
  const said = { out: '', err: '' };
  const io = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    isTerminal: false,
  } as Io;
  const view = new LiveTranscript(io, createStyle(false));
  view.recall(recalled);
  for (const event of events) view.onEvent(event);
  return said;
}

describe('words', () => {
  // prettier-ignore
  test.each([
    ['come as they are said',       [says('He'), says('Hello'), message({ content: 'Hello.' })],    'model   Hello.\n'],
    ['come whole without progress', [message({ content: 'Hello.' })],                               'model   Hello.\n'],
    ['begin anew with an attempt',  [says('Hel'), says('Good'), message({ content: 'Good day' })],  'model   Hel\nmodel   Good day\n'],
    ['are corrected by the end',    [says('Hel'), message({ content: 'No.' })],                     'model   Hel\nmodel   No.\n'],
    ['line up',                     [says('a\n'), message({ content: 'a\nb' })],                    'model   a\n        b\n'],
    ['keep characters whole',       [says('a\ud83c'), message({ content: 'a🎈' })],                 'model   a🎈\n'],
    ['keep line breaks whole',      [says('a\r'), message({ content: 'a\r\nb' })],                  'model   a\n        b\n'],
    ['cannot steer the terminal',   [says('\u001b[2J'), message({ content: '\u001b[2J' })],         'model   \\u001b[2J\n'],
    ['may be none',                 [says(''), message({ content: '' })],                           ''],
  ])('%s', (_, events, expected) => {
    expect(shown(events).out).toBe(expected);
  });
});

describe('calls', () => {
  test('wait for the message that asks for them', () => {
    const { out } = shown([starts(0), message({ content: 'Look.', ...asks('a:b') })]);
    expect(out).toBe('model   Look.\ncall    a:b {}\n        allowed\n');
  });

  test('stand above their decision, each its own', () => {
    const { out } = shown([message(asks('a:b', 'c:d')), starts(0), starts(1)]);
    expect(out).toBe('call    a:b {}\n        allowed\ncall    c:d {}\n        allowed\n');
  });

  test('of an earlier call of the program are known', () => {
    const { out } = shown([starts(0)], [{ role: 'assistant', content: 'Look.', ...asks('a:b') }]);
    expect(out).toBe('call    a:b {}\n        allowed\n');
  });

  // prettier-ignore
  test.each([
    ['denied',   { kind: 'tool_call_denied', error: { code: 'POLICY_DENIED', message: 'no' } },  'POLICY_DENIED: no'],
    ['in doubt', { kind: 'tool_call_crashed', error: { code: 'EFFECT_IN_DOUBT', message: '?' } }, 'EFFECT_IN_DOUBT: ?'],
    ['asked for', { kind: 'approval_requested', request_id: 'r', expires_at: 't' },               'needs approval r until t'],
    ['approved', { kind: 'tool_call_started', basis: 'approval', request_id: 'r', input_hash: contentHash({}) }, 'runs under approval r'],
    ['changed',  { kind: 'tool_call_started', basis: 'allow', input_hash: contentHash({ a: 1 }) }, 'allowed, with another input than asked for'],
  ])('%s', (_, facts, expected) => {
    const effect_id = 's1/tool/0';
    const { out } = shown([message(asks('a:b')), entry({ ...facts, effect_id })]);
    expect(out).toBe(`call    a:b {}\n        ${expected}\n`);
  });
});

test('a turn that failed says why, below what was said of it', () => {
  const error = { code: 'PROVIDER_TIMEOUT', message: 'late' };
  const failed = entry({ kind: 'tool_call_finished', tool_name: TURN_TOOL, error });
  expect(shown([says('Hel'), failed]).out).toBe('model   Hel\nmodel   PROVIDER_TIMEOUT: late\n');
});

test('progress of a tool is shown in part, a long result too', () => {
  const progress = {
    ...says(''),
    tool_name: 'a:b',
    data: { text: 'x'.repeat(1_000) },
  } as RuntimeEvent;
  const result = message({ role: 'tool', tool_name: 'a:b', content: 'y'.repeat(1_000) });
  const { out } = shown([progress, result]);
  expect(out).toMatch(/^ {8}a:b … \{"text":"x+… \(811 more\)\nresult  a:b y+… \(500 more\)\n$/);
});

test('a failure that nobody waits for is a message, not a result', () => {
  const failure = {
    type: 'failure',
    session_id,
    code: 'STORE_WRITE_FAILED',
    message: 'full',
  } as const;
  expect(shown([failure])).toEqual({ out: '', err: 'STORE_WRITE_FAILED: full\n' });
});
