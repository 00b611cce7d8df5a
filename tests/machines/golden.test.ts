/**
 * Saved sessions of every release, restored by today's machine. A release's files are written once,
 * `UPDATE=1 npx vitest run tests/machines` in its version; those of older releases never change.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { transition } from 'xstate';
import { stateNodes } from '../../machines/describe.ts';
import { envelope, sessionMachine, sessionUpcasts, upcast } from '../../machines/index.ts';
import { expectGeneratedFile } from '../tidy/generate/generated.ts';
import { ROOT } from '../tidy/sources.ts';
import { JOURNEYS } from './support/journeys.ts';
import { restored, saved } from './support/restore.ts';
import { stateOf } from './support/rules.ts';

const FOLDER = 'fixtures/snapshots';
const CURRENT = { machine_id: sessionMachine.id, machine_version: sessionMachine.version ?? '' };
const INSTANT = '2026-01-05T08:00:00.000Z';

const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string };

async function envelopeOf(snapshot: string, path: string): Promise<string> {
  const record = {
    schema_version: 1,
    ...CURRENT,
    saved_at: INSTANT,
    created_at: INSTANT,
    driver: 'runtime',
    snapshot: JSON.parse(snapshot) as unknown,
  };
  const style = await resolveConfig(`${ROOT}${path}`);
  return format(JSON.stringify(record), { ...style, parser: 'json' });
}

describe('the envelopes of this release', () => {
  test.each(JOURNEYS)('%s is what the machine writes', async (state, snapshot) => {
    const path = `${FOLDER}/v${version}/${state}.json`;
    expect(stateOf(snapshot)).toBe(state);
    expectGeneratedFile(path, await envelopeOf(saved(snapshot), path));
  });

  test('there is one for each state in which a session rests', () => {
    const resting = stateNodes(sessionMachine)
      .filter(({ type, always }) => type !== 'compound' && always === undefined)
      .map(({ path }) => path.join('.'));
    expect(JOURNEYS.map(([state]) => state).toSorted()).toEqual(resting.toSorted());
  });
});

const files = readdirSync(`${ROOT}${FOLDER}`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .toSorted();

describe('the envelopes of every release', () => {
  test('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(JOURNEYS.length);
  });

  test.each(files)('%s is a session that goes on', (file) => {
    const text = readFileSync(`${ROOT}${FOLDER}/${file}`, 'utf8');
    const carried = upcast(envelope.parse(JSON.parse(text)), CURRENT, sessionUpcasts);
    const snapshot = restored(JSON.stringify(carried.snapshot));
    const [, today] = JOURNEYS.find(([state]) => state === stateOf(snapshot)) ?? [];
    expect(Object.keys(snapshot.context)).toEqual(Object.keys(today?.context ?? {}));
    expect(Object.keys(snapshot.children)).toEqual(Object.keys(today?.children ?? {}));

    const isOver = snapshot.value === 'complete';
    expect(snapshot.status).toBe(isOver ? 'done' : 'active');
    expect(snapshot.can({ type: 'session.cancel' })).toBe(!isOver);
    const [after] = transition(sessionMachine, snapshot, { type: 'session.cancel' });
    expect(after.output?.completion).toBe(isOver ? 'completed' : 'canceled');
  });
});
