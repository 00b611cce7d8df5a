/** `troupe policy` on a workspace that ran: its decisions explained, and asked what if. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDesk } from './support/desk.ts';
import { addRules, json, RULES } from './support/policy-desk.ts';
import { DELETES, ENDS, WRITES } from './support/turns.ts';

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

  test('names no rule in shadow mode as the reason of what ran', async () => {
    const desk = await openDesk([WRITES, ENDS]);
    const watch = { id: 'watch', decision: 'allow', tools: ['notes:*'], mode: 'shadow' };
    await addRules(desk, `policies: [${JSON.stringify(watch)}]\n`);
    const { out } = await desk.call('run', 'hello', '--session', 's1');
    expect(out).toMatch(/allowed by agent-runtime\.policy\.intent-allow$/m);
  });

  test('judges a session by the rules of its lane', async () => {
    const desk = await openDesk([WRITES, ENDS]);
    const rule = { id: 'no-deletes', decision: 'deny', tools: ['notes:delete'] };
    const lane = { id: 'slow', title: 'Slow', policy_overrides: [rule] };
    await addRules(desk, `lanes: [${JSON.stringify(lane)}]\n`);
    expect(await desk.call('run', 'hi', '--session', 's1', '--lane', 'slow')).toMatchObject({
      exit: 0,
    });
    const words = ['explain', 'notes:delete', '--intent', 'note_taking'];
    expect(await json(desk, ...words)).toMatchObject({ value: { decision: 'approval_required' } });
    expect(await json(desk, ...words, '--session', 's1')).toMatchObject({
      value: { decision: 'deny', decided_by: [{ policy_id: 'no-deletes', level: 'lane' }] },
    });
    const stricter = { ...lane, policy_overrides: [{ ...rule, tools: ['notes:*'] }] };
    const text = (await desk.read('workspace.yaml')).replace(/^lanes: .*$/m, '');
    await desk.write('next.yaml', `${text}lanes: [${JSON.stringify(stricter)}]\n`);
    expect(await json(desk, 'what-if', '--policy', 'next.yaml')).toMatchObject({
      value: { flips: [{ tool_name: 'notes:write', now: { policy_ids: ['no-deletes'] } }] },
    });
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
