/** A person at the terminal: approvals, messages and answers to a session that is shown live. */
import type { EscalatedFrom } from 'troupe/kernel';
import { describe, expect, test } from 'vitest';
import { askEscalation } from '../../src/cli/ask/escalation.ts';
import type { Io } from '../../src/cli/io.ts';
import { answersTo } from '../../src/cli/standing.ts';
import { scriptedPrompts } from './support/scripted-prompts.ts';
import { openDesk, type Desk, type Turn } from './support/desk.ts';
import { DELETES, ENDS, GIVES_UP, REPLIES, WRITES } from './support/turns.ts';

/** Runs a session with a person who answers; every answer must have been asked for. */
async function converse(
  { callWith }: Desk,
  answers: readonly (string | undefined)[],
  ...words: readonly string[]
) {
  const prompts = scriptedPrompts(answers);
  const called = await callWith({ isTerminal: true, prompts }, ...words);
  expect(prompts.left).toEqual([]);
  return { ...called, asked: prompts.asked };
}

const run = async (turns: readonly Turn[], answers: readonly (string | undefined)[]) => {
  const desk = await openDesk(turns);
  return { desk, ...(await converse(desk, answers, 'run', 'hello', '--session', 's1')) };
};

describe('an approval', () => {
  test('approved, the exact call runs, and the conversation goes on until it is over', async () => {
    const { desk, exit, out, asked } = await run([WRITES, DELETES, ENDS], ['approve']);
    expect(exit).toBe(0);
    expect(asked).toEqual(['May this call run?']);
    expect(out).toMatch(/notes:delete\n  name "printer"\n/);
    expect(out).toContain('approved by ana');
    expect(out).toContain('runs under approval apr-');
    expect(await desk.has('notes/printer.md')).toBe(false);
  });

  test('edited, the edited call runs; what is no object is asked for again', async () => {
    const edits = ['edit', '["printer"]', '{"name":"scanner"}', 'approve'];
    const { desk, exit, out, asked } = await run([WRITES, DELETES, ENDS], edits);
    expect(exit).toBe(0);
    expect(asked).toEqual([
      'May this call run?',
      'Input',
      'Expected a JSON object as the input',
      'May the edited call run?',
    ]);
    expect(out).toContain('edited\n  /name "printer" -> "scanner"\n');
    expect(out).toContain('ana approved it with another input: apr-');
    expect(out).toMatch(/runs under approval apr-\w+, with another input than asked for\n/);
    expect(out).toContain('{"success":true,"data":{"deleted":"scanner"}}');
    expect(await desk.has('notes/printer.md')).toBe(true);
  });

  test('edited against the schema, it is refused, and the person is asked again', async () => {
    const answers = ['edit', '{"name":"../etc"}', 'approve', 'deny', 'keep it'];
    const { desk, exit, out, err, asked } = await run([WRITES, DELETES, ENDS], answers);
    expect(exit).toBe(0);
    expect(err).toContain('INVALID_INPUT: The edited input is refused');
    expect(asked.at(-1)).toBe('Why not?');
    expect(out).toContain('declined by ana: keep it');
    expect(out).toContain('APPROVAL_DENIED');
    expect(await desk.has('notes/printer.md')).toBe(true);
  });

  test.each([
    [['leave']],
    [[undefined]],
    [['edit', undefined]],
    [['edit', '{"name":"scanner"}', 'leave']],
    [['edit', '{"name":"scanner"}', undefined]],
    [['deny', undefined]],
  ])('answered %j, it stays parked', async (answers) => {
    const { desk, exit, out } = await run([WRITES, DELETES], answers);
    expect(exit).toBe(5);
    expect(out).toMatch(/go on with\n  troupe approvals show apr-\w+\n/);
    expect(await desk.has('notes/printer.md')).toBe(true);
  });

  test('is not asked for with --approve-none', async () => {
    const desk = await openDesk([DELETES]);
    const { exit, asked } = await converse(desk, [], 'run', 'hello', '--approve-none');
    expect({ exit, asked }).toEqual({ exit: 5, asked: [] });
  });
});

test('messages go to and fro until one is empty', async () => {
  const { desk, exit, out } = await run([REPLIES, REPLIES], ['And the scanner?', '']);
  expect(exit).toBe(0);
  expect(out.match(/^model +Done\.$/gm)).toHaveLength(2);
  expect(out).toContain("troupe send s1 'your message'");
  const { exit: later, out: ended } = await converse(desk, [undefined], 'resume', 's1');
  expect(later).toBe(0);
  expect(ended).toContain('the next message');
});

test('without a message the person is asked for one', async () => {
  const desk = await openDesk([ENDS]);
  expect(await converse(desk, ['hello'], 'run')).toMatchObject({ exit: 0 });
  const { exit, err } = await converse(desk, [' '], 'run');
  expect(exit).toBe(2);
  expect(err).toContain('run: the message is empty');
});

describe('an escalation', () => {
  test.each<[answers: readonly string[], turns: readonly Turn[], exit: number, told: string]>([
    [['retry'], [ENDS], 0, 'it is completed'],
    [['continue', 'Leave it'], [ENDS], 0, 'it is completed'],
    [['abandon'], [], 0, 'it is abandoned'],
    [['leave'], [], 5, 'MODEL_ESCALATED'],
  ])('answered %j', async (answers, turns, exit, told) => {
    const ended = await run([GIVES_UP, ...turns], answers);
    expect(ended.exit).toBe(exit);
    expect(ended.out).toContain(told);
  });
});

describe('the answers that are offered', () => {
  const ask = async (from: EscalatedFrom, ...answers: readonly string[]) => {
    const prompts = scriptedPrompts(answers);
    const { signal } = new AbortController();
    const answer = await askEscalation(answersTo(from), { prompts } as unknown as Io, signal);
    return { answer, asked: prompts.asked };
  };

  test('are those that the session takes', async () => {
    await expect(ask('next_turn', 'use_result')).rejects.toThrow(
      'use_result is not among leave, retry, continue, abandon',
    );
  });

  test('hold a result as JSON where a call waits for one', async () => {
    const { answer, asked } = await ask('call', 'use_result', '{', '{"sent":true}');
    expect(asked[2]).toContain('is not JSON');
    expect(answer).toEqual({ action: 'use_result', output: { sent: true } });
  });
});

test('a signal parks the session while a question is open', async () => {
  const desk = await openDesk([DELETES]);
  let stop: (signal: string) => void = () => expect.fail('nobody listens');
  const prompts = {
    ...scriptedPrompts([]),
    choose: ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<undefined>((resolve) => {
        signal.addEventListener('abort', () => resolve(undefined));
        stop('SIGTERM');
      }),
  };
  const onStop = (listener: (signal: string) => void) => {
    stop = listener;
    return () => undefined;
  };
  const words = ['run', 'hello', '--session', 's1'];
  const { exit, out, err } = await desk.callWith({ isTerminal: true, prompts, onStop }, ...words);
  expect(exit).toBe(130);
  expect(err).toContain('Parking');
  expect(out).toContain('Stopped by SIGTERM');
  expect(out).toContain('troupe resume s1');
  expect(await desk.lines('approvals', 'list')).toHaveLength(1);
});
