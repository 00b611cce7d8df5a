/** `troupe policy` on a workspace that ran: explained, tested by a table, and asked what if. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { deskIn, openDesk, scratchFolder, type Desk } from './support/desk.ts';
import { DELETES, ENDS, WRITES } from './support/turns.ts';

const SCHEDULING = fileURLToPath(new URL('../../fixtures/workspaces/scheduling', import.meta.url));

const RULES = `
policies:
  - id: no-deletes-after-writes
    decision: deny
    tools: [notes:delete]
    reason: What was just written stays
    when: { after: [{ tools: [notes:write] }] }
  - { id: watch, decision: deny, tools: [notes:write], mode: shadow }
`;

/** Puts rules under the workspace.yaml, or into a second one beside it. */
async function addRules(desk: Desk, rules = RULES, file = 'workspace.yaml'): Promise<void> {
  await desk.write(file, (await desk.read('workspace.yaml')) + rules);
}

async function json({ call }: Desk, ...words: readonly string[]) {
  const { exit, out } = await call('policy', ...words, '--json');
  return { exit, value: JSON.parse(out) as unknown };
}

describe('policy explain', () => {
  test('names the deciding rule, the layers and the terms, in both forms', async () => {
    const desk = await openDesk();
    const words = ['explain', 'notes:delete', '--intent', 'note_taking'];
    const { exit, out } = await desk.call('policy', ...words);
    expect(exit).toBe(0);
    expect(out).toContain('approval_required  notes:delete');
    expect(out).toContain(
      'approval_required by agent-runtime.policy.intent-approval of layer pack',
    );
    expect(out).toContain('by anybody, open for 1 d');
    expect(await json(desk, ...words)).toMatchObject({
      exit: 0,
      value: {
        decision: 'approval_required',
        decided_by: [{ policy_id: 'agent-runtime.policy.intent-approval', level: 'pack' }],
        layers: [{ level: 'pack', standing: 'decides' }],
        scope_enforced: [{ type: 'path', pattern: 'notes/**', access: 'write' }],
      },
    });
  });

  test('knows what a session did before, and what the shadow would have done', async () => {
    const desk = await openDesk([WRITES, ENDS]);
    await addRules(desk);
    expect(await desk.call('run', 'hello', '--session', 's1')).toMatchObject({ exit: 0 });
    const words = ['explain', 'notes:delete', '--intent', 'note_taking'];
    expect(await json(desk, ...words, '--session', 's1')).toMatchObject({
      value: { decision: 'deny', decided_by: [{ policy_id: 'no-deletes-after-writes' }] },
    });
    const shadow = await desk.call('policy', 'explain', 'notes:write', '--intent', 'note_taking');
    expect(shadow.out).toContain('in shadow mode, which would make it deny\n  deny by watch');
    const { out } = await desk.call('evidence', 'show', 's1');
    expect(out).toMatch(/notes:write +allow \(in shadow mode: deny by watch\)/);
  });

  test('takes an input from the command line or a file, and shows what it becomes', async () => {
    const desk = await openDesk();
    await addRules(
      desk,
      `
policies:
  - id: short
    decision: modify
    tools: [notes:write]
    modify: [{ pointer: /text, value: cut }]
`,
    );
    const input = JSON.stringify({ name: 'a', text: 'long\u202e' });
    await desk.write('call.json', input);
    for (const given of [input, '@call.json']) {
      const words = ['notes:write', '--intent', 'note_taking', '--input', given];
      const { out } = await desk.call('policy', 'explain', ...words);
      expect(out).toContain('{"name":"a","text":"cut"}');
      expect(out).toContain(String.raw`{"name":"a","text":"long\u202e"}`);
    }
  });

  test.each([
    ['a tool that is not there', ['notes:delte'], 3, 'Did you mean notes:delete?'],
    ['a session that is not there', ['notes:list', '--session', 's9'], 3, 'SESSION_NOT_FOUND'],
    ['an input that is not JSON', ['notes:list', '--input', '{'], 2, 'is not JSON'],
    ['a lane that is not there', ['notes:list', '--lane', 'x'], 2, 'No lane "x"'],
  ])('refuses %s', async (_, words, code, why) => {
    const { exit, err } = await (await openDesk()).call('policy', 'explain', ...words);
    expect({ exit, isTold: err.includes(why) }).toEqual({ exit: code, isTold: true });
  });
});

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

describe('policy what-if', () => {
  test('lists every decision that other rules would flip, and writes nothing', async () => {
    const desk = await openDesk([WRITES, DELETES, ENDS]);
    await desk.call('run', 'hello', '--session', 's1');
    const before = await desk.call('evidence', 'export', 's1');
    await addRules(desk, RULES, 'next.yaml');
    const { exit, value } = await json(desk, 'what-if', '--policy', 'next.yaml');
    expect(exit).toBe(0);
    expect(value).toMatchObject({
      flips: [
        {
          tool_name: 'notes:delete',
          recorded: { decision: 'approval_required' },
          now: { decision: 'deny', policy_ids: ['no-deletes-after-writes'] },
        },
      ],
      ...{ unjudged: [], incomplete: [], session_count: 1 },
    });
    const words = ['what-if', '--session', 's1', '--policy', 'next.yaml'];
    const { out } = await desk.call('policy', ...words);
    expect(out).toMatch(/s1 +\d+ +notes:delete +approval_required by .+ deny by no-deletes/);
    expect(out).toContain('1 would change, 3 would not, 0 not judged; 1 sessions');
    expect(await desk.call('evidence', 'export', 's1')).toEqual(before);
  });

  test('without other rules nothing flips, but what an enforced shadow would', async () => {
    const desk = await openDesk([WRITES, ENDS]);
    await addRules(desk);
    await desk.call('run', 'hello', '--session', 's1');
    expect(await json(desk, 'what-if')).toMatchObject({ value: { flips: [] } });
    expect(await json(desk, 'what-if', '--enforce-shadow')).toMatchObject({
      value: { flips: [{ tool_name: 'notes:write', now: { policy_ids: ['watch'] } }] },
    });
  });

  test('where nothing has run there is nothing to judge, and no store is made', async () => {
    const desk = await openDesk();
    expect((await desk.call('policy', 'what-if')).out).toContain('0 sessions');
    expect(await desk.has(join('.troupe', 'store'))).toBe(false);
  });
});
