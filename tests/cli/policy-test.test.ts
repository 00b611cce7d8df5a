/** `troupe policy test`: tables of expected decisions, those that hold and those that do not. */
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { deskIn, openDesk, scratchFolder } from './support/desk.ts';
import { addRules, json } from './support/policy-desk.ts';

const SCHEDULING = fileURLToPath(new URL('../../fixtures/workspaces/scheduling', import.meta.url));

describe('policy test', () => {
  const table = (cases: string) => `cases:\n${cases}`;
  const PASSING = table(
    '  - { name: looks, tool: notes:list, intent: note_taking, expect: allow }\n',
  );

  test('the table of the scheduling desk holds', async () => {
    const folder = await scratchFolder();
    await cp(SCHEDULING, folder, { recursive: true });
    const { exit, out, err } = await deskIn(folder).call('policy', 'test');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(/(\d+) of \1 as expected/);
  });

  test('tells each case, expected and came, and exits with 2 where one differs', async () => {
    const desk = await openDesk();
    await addRules(desk);
    const cases = `
  - { name: looks, tool: notes:list, intent: note_taking, expect: allow }
  - name: deletes later
    tool: notes:delete
    input: { name: a }
    intent: note_taking
    after: [{ tool: notes:write, input: { name: a, text: b } }]
    expect: deny
    rule: no-deletes-after-writes
  - { name: wrong, tool: notes:delete, intent: note_taking, expect: allow, rule: watch }
  - name: terms
    tool: notes:delete
    intent: note_taking
    expect: approval_required
    terms: { quorum: 2 }
  - name: input
    tool: notes:list
    input: {}
    intent: note_taking
    expect: allow
    becomes: { a: 1 }
  - { name: typo, tool: notes:delte, expect: deny }
  - { name: early, tool: notes:list, expect: deny, after: [{ tool: notes:write }] }
`;
    await desk.write('policy.test.yaml', table(cases));
    const { exit, value } = await json(desk, 'test');
    expect(exit).toBe(2);
    const { files } = value as { files: { results: { name: string; differences: string[] }[] }[] };
    const told = files.flatMap(({ results }) => results.map((one) => [one.name, one.differences]));
    expect(Object.fromEntries(told)).toEqual({
      ...{ looks: [], 'deletes later': [] },
      wrong: [
        'expected allow, came approval_required',
        'expected rule watch to decide, came agent-runtime.policy.intent-approval',
      ],
      terms: ['expected quorum 2, came 1'],
      input: ['expected the input {"a":1}, came {}'],
      typo: ['There is no tool named notes:delte. Did you mean notes:delete?'],
      early: [expect.stringMatching(/^after: notes:write input: name: /)],
    });
    const human = await desk.call('policy', 'test');
    expect(human.exit).toBe(2);
    expect(human.out).toMatch(/FAIL +wrong +allow +approval_required/);
    expect(human.out).toContain('2 of 7 as expected');
  });

  test('a case names its lane, and a file is named on the command line', async () => {
    const desk = await openDesk();
    const lane = { id: 'locked', title: 'Locked' };
    const rule = { id: 'nothing', decision: 'deny', tools: ['*'] };
    await addRules(desk, `lanes: [${JSON.stringify({ ...lane, policy_overrides: [rule] })}]\n`);
    const locked = PASSING.replace('expect: allow', 'lane: locked, expect: deny, rule: nothing');
    await desk.write('one.yaml', PASSING);
    await desk.write('other.yaml', locked);
    expect(await json(desk, 'test', 'one.yaml', 'other.yaml')).toMatchObject({ exit: 0 });
    expect(await json(desk, 'test', 'one.yaml', '--lane', 'locked')).toMatchObject({ exit: 2 });
  });

  test.each([
    ['a misspelt key', PASSING.replace('intent:', 'intnet:'), 'policy.test.yaml:2:'],
    ['an expectation that is none', PASSING.replace('expect: allow', 'expect: maybe'), 'expect'],
    ['a case without an expectation', PASSING.replace(', expect: allow', ''), 'Add: expect'],
    ['no cases', 'cases: []\n', 'at least 1 entry'],
  ])('refuses %s', async (_, text, why) => {
    const desk = await openDesk();
    await desk.write('policy.test.yaml', text);
    const { exit, err } = await desk.call('policy', 'test');
    expect(exit).toBe(2);
    expect(err).toContain(why);
  });
});

test('a table that is not there is told', async () => {
  const { exit, err } = await (await openDesk()).call('policy', 'test', 'none.yaml');
  expect(exit).toBe(2);
  expect(err).toContain('CONFIG_NOT_FOUND');
});
