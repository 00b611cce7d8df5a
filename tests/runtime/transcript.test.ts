/** A transcript holds what is stored and what came since, each message once and in order. */
import { describe, expect, test } from 'vitest';
import { createRedactor, historyBook, type Message, type Store } from 'troupe/kernel';
import { manualClock, memoryStore } from 'troupe/testing';
import { createCommitter } from '../../src/runtime/committer.ts';
import { Journals } from '../../src/runtime/journals.ts';
import { Transcript } from '../../src/runtime/transcript.ts';

const said = (content: string): Message => ({ role: 'user', content });

const contents = async (transcript: Transcript): Promise<readonly string[]> =>
  (await transcript.all()).map(({ content }) => content);

async function journalIn(store: Store) {
  const journals = new Journals({
    store,
    committer: createCommitter(store),
    clock: manualClock(),
    redactor: createRedactor([]),
    historyBook: () => historyBook([]),
    evidenceKeys: () => undefined,
    listener: { onCommitted: () => {}, onFailed: () => {}, onWakeup: () => {} },
  });
  return journals.hold('session-1');
}

/** A store with a session of two messages, and its transcript as a restart finds it. */
async function restarted(): Promise<Transcript> {
  const store = memoryStore();
  const journal = await journalIn(store);
  const before = new Transcript(store, journal);
  before.append(said('one'));
  before.append(said('two'));
  await journal.commit();
  return new Transcript(store, await journalIn(store));
}

describe('a transcript', () => {
  test('reads what is stored', async () => {
    expect(await contents(await restarted())).toEqual(['one', 'two']);
  });

  test('puts what comes while it is read behind what is stored', async () => {
    const transcript = await restarted();
    const reading = transcript.all();
    transcript.append(said('three'));
    await reading;
    transcript.append(said('four'));
    expect(await contents(transcript)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('does not grow in the hands of who asked for it', async () => {
    const transcript = await restarted();
    const asked = await transcript.all();
    transcript.append(said('three'));
    expect(asked).toHaveLength(2);
  });

  test.each([{ told: [] }, { told: ['three'] }, { told: ['drei', 'quattro è', 'пять'] }])(
    'knows its bytes with $told',
    async ({ told }) => {
      const transcript = await restarted();
      for (const content of told) transcript.append(said(content));
      const json = JSON.stringify(await transcript.all());
      expect(await transcript.bytes()).toBe(Buffer.byteLength(json));
    },
  );

  test('of a new session is empty and knows it', async () => {
    const store = memoryStore();
    const transcript = new Transcript(store, await journalIn(store));
    expect(await transcript.all()).toEqual([]);
    expect(await transcript.bytes()).toBe('[]'.length);
  });
});
