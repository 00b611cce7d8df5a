/** What a session does not take is refused before anything of it moves, with what to do instead. */
import { describe, expect, test } from 'vitest';
import { openDesk, startModel, deskIn, type Desk, type Turn } from './support/desk.ts';
import { DELETES, ENDS, GIVES_UP, REPLIES } from './support/turns.ts';

async function standing(turn: Turn): Promise<Desk> {
  const desk = await openDesk([turn]);
  await desk.call('run', 'hello', '--session', 's1');
  return desk;
}

// prettier-ignore
test.each<[Turn, words: readonly string[], waits: string, next: string]>([
  [DELETES,  ['send', 's1', 'hi'],           'a message: it waits for a person to decide on apr-', 'troupe approvals show apr-'],
  [DELETES,  ['answer', 's1', '--retry'],    'an answer: it waits for a person to decide on apr-', 'troupe approvals show apr-'],
  [GIVES_UP, ['send', 's1', 'hi'],           'a message: it waits for a person, as MODEL_ESCALA',  'troupe answer s1 --retry'],
  [GIVES_UP, ['answer', 's1', '--use-result', '{}'], 'a result: it waits for a person, as MODEL_ESCALA', 'troupe answer s1 --retry'],
  [REPLIES,  ['answer', 's1', '--abandon'],  'an answer: it waits for the next message',           "troupe send s1 'your message'"],
  [REPLIES,  ['resume', 's1', '--continue'], 'an answer: it waits for the next message',           "troupe send s1 'your message'"],
  [ENDS,     ['send', 's1', 'hi'],           'a message: it waits for nothing, it is completed',   'troupe evidence verify s1'],
  [ENDS,     ['cancel', 's1'],               'a cancel: it waits for nothing, it is completed',    'troupe evidence verify s1'],
])('%j: %j', async (turn, words, waits, next) => {
  const desk = await standing(turn);
  const before = await desk.call('evidence', 'show', 's1');
  const { exit, out, err } = await desk.call(...words);
  expect({ exit, out }).toEqual({ exit: 6, out: '' });
  expect(err).toContain(`EVENT_NOT_ACCEPTED: Session s1 does not take ${waits}`);
  expect(err).toContain(`\nGo on with\n  ${next}`);
  expect(await desk.call('evidence', 'show', 's1')).toEqual(before);
});

describe('an interrupted session', () => {
  /** A session whose turn was cut off by the end of its process. */
  async function interrupted(): Promise<Desk> {
    const desk = await openDesk([{ wire: { fault: 'hang' } }]);
    const halt = { onStop: stopAtOnce };
    await desk.callWith(halt, 'run', 'hello', '--session', 's1');
    return desk;
  }

  function stopAtOnce(listener: (signal: string) => void): () => void {
    setImmediate(() => listener('SIGTERM'));
    return () => undefined;
  }

  test.each([[['send', 's1', 'hi']], [['answer', 's1', '--retry']], [['resume', 's1', '--retry']]])(
    'is not set in motion by %j',
    async (words) => {
      const desk = await interrupted();
      const environment = await startModel([ENDS]);
      const later = deskIn(desk.folder, environment);
      const { exit, err } = await later.call(...words);
      expect(exit).toBe(6);
      expect(err).toMatch(/it waits for being resumed\nGo on with\n {2}troupe resume s1\n/);
      expect((await later.call('resume', 's1')).out).toContain('Good-bye.');
    },
  );
});

test.each([
  [['run', '']],
  [['run', ' ', '\n']],
  [['run', '-']],
  [['send', 's1', '']],
  [['send', 's1', '-']],
])('%j says nothing, and is refused', async (words) => {
  const desk = await standing(REPLIES);
  const before = await desk.call('sessions', 'list');
  const { exit, err } = await desk.call(...words);
  expect(exit).toBe(2);
  expect(err).toContain(`USAGE: ${words[0]}: the message is empty`);
  expect(await desk.call('sessions', 'list')).toEqual(before);
});
