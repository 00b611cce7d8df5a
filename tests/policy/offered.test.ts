/** What a model is offered: every tool that some call of its session may run, and no other. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime } from 'troupe';
import { scriptedModel } from 'troupe/testing';
import { agentRuntimeLayer, compileRule, ruleDefinition } from 'troupe/kernel';

const ALLOW = { id: 'open', decision: 'allow', tools: ['*'] };
const ON_MAIL = { id: 'mail', tools: ['email:send'] };
const INSIDE = { pointer: '/to', matches: '*@example.com' };
const OUTSIDE = { pointer: '/to', not_matches: '*@example.com' };
const READ = { tool: 'files:read', input: {} };
const INWARD = { tool: 'email:send', input: { to: 'a@example.com' } };
const OUTWARD = { tool: 'email:send', input: { to: 'a@example.net' } };

type Script = Parameters<typeof scriptedModel>[0];

const tool = (name: string, input: z.ZodType) =>
  defineTool({ name, description: 'Does it.', input, run: () => 'done' });

/** Plays sessions with these tasks under the rules; answers what the model is told of each call. */
async function told(
  rules: readonly object[],
  script: readonly object[],
  tasks: readonly string[] = ['task-1'],
): Promise<readonly string[]> {
  const layer = rules.map((rule) => compileRule(ruleDefinition.parse(rule)));
  const turns = tasks.flatMap(() => [...script, { complete: 'Done.' }]);
  const runtime: Runtime = await createRuntime({
    tools: [
      tool('files:read', z.strictObject({})),
      tool('email:send', z.strictObject({ to: z.string() })),
    ],
    layers: [agentRuntimeLayer(undefined), { level: 'workspace', rules: layer }],
    model: scriptedModel(turns as Script),
  });
  const results: string[] = [];
  for (const task_id of tasks) {
    const session = await runtime.sessions.start({ message: 'go', task_id });
    await session.settled();
    for (const { role, content } of await session.messages()) {
      if (role === 'tool') results.push(/"code":"(\w+)"/.exec(content)?.[1] ?? 'done');
    }
  }
  await runtime.close();
  return results;
}

describe('a rule on what only a call can tell leaves the tool on offer', () => {
  test.each([
    [
      'a denial by an argument',
      [ALLOW, { ...ON_MAIL, decision: 'deny', when: { arguments: [OUTSIDE] } }],
      [INWARD, OUTWARD],
      ['done', 'POLICY_DENIED'],
    ],
    [
      'a permission by an argument',
      [{ ...ON_MAIL, decision: 'allow', when: { arguments: [INSIDE] } }],
      [INWARD, OUTWARD],
      ['done', 'POLICY_DENIED'],
    ],
    [
      'a denial until something was done',
      [ALLOW, { ...ON_MAIL, decision: 'deny', when: { unless_after: [{ tools: ['files:*'] }] } }],
      [INWARD, READ, INWARD],
      ['POLICY_DENIED', 'done', 'done'],
    ],
    [
      'a permission once something was done',
      [
        { ...ALLOW, tools: ['files:*'] },
        { ...ON_MAIL, decision: 'allow', when: { after: [{ tools: ['files:*'] }] } },
      ],
      [INWARD, READ, INWARD],
      ['POLICY_DENIED', 'done', 'done'],
    ],
    [
      'a denial for hosts',
      [ALLOW, { ...ON_MAIL, decision: 'deny', when: { origin: 'host' } }],
      [INWARD],
      ['done'],
    ],
    [
      'a permission for sessions',
      [{ ...ON_MAIL, decision: 'allow', when: { origin: 'session' } }],
      [INWARD],
      ['done'],
    ],
  ])('%s', async (_, rules, script, expected) => {
    expect(await told(rules, script)).toEqual(expected);
  });
});

test('a tool that is denied whatever its calls hold is not offered', async () => {
  expect(await told([ALLOW, { ...ON_MAIL, decision: 'deny' }], [INWARD])).toEqual([
    'TOOL_NOT_OFFERED',
  ]);
});

test('each session is offered what rules on its own task allow', async () => {
  const rule = { ...ON_MAIL, decision: 'allow', when: { tasks: ['mail-*'] } };
  const tasks = ['read-1', 'mail-1', 'read-2'];
  expect(await told([rule], [INWARD], tasks)).toEqual([
    ...['TOOL_NOT_OFFERED', 'done', 'TOOL_NOT_OFFERED'],
  ]);
});
