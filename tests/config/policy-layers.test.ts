/** The rules of workspace.yaml as layers that the policy engine can evaluate. */
import { describe, expect, test } from 'vitest';
import { configuredLayers } from '../../config/index.ts';
import type { PolicyRequest } from '../../kernel/contract/index.ts';
import { configOf } from './support/told.ts';

const CONFIG = configOf(`
policies:
  - {id: no-deletes, decision: deny, tools: ["calendar:delete-*"], reason: Keep it}
  - {id: everything, decision: approval_required, tools: ["*"]}
lanes:
  - id: desk
    title: Desk
    policy_overrides:
      - {id: desk-mail, decision: allow, tools: ["email:send", "email:list"]}
troupe:
  policy: {default_decision: deny, allow_loosening: true}
`);

const request = (tool_name: string): PolicyRequest => ({
  trigger: 'on_tool_request',
  run_id: 'run-1',
  tool_name,
});

/** The ids of the rules that match a tool. */
function matching(toolName: string, laneId?: string): string[] {
  const rules = configuredLayers(CONFIG, laneId).flatMap((layer) => layer.rules);
  return rules.filter((rule) => rule.when?.(request(toolName))).map(({ id }) => id);
}

test('the workspace is one layer with its default, a lane a second one', () => {
  const facts = configuredLayers(CONFIG, 'desk').map(({ rules, ...layer }) => ({
    ...layer,
    rules: rules.map(({ when: _when, definition: _definition, ...rule }) => rule),
  }));
  const trigger = 'on_tool_request';
  expect(facts).toEqual([
    {
      level: 'workspace',
      default_decision: 'deny',
      allow_loosening: true,
      rules: [
        { id: 'no-deletes', trigger, decision: 'deny', reason: 'Keep it' },
        { id: 'everything', trigger, decision: 'approval_required' },
      ],
    },
    {
      level: 'lane',
      rules: [{ id: 'desk-mail', trigger, decision: 'allow' }],
    },
  ]);
});

test('a workspace that says nothing has a layer that says nothing', () => {
  expect(configuredLayers(configOf('id: bare'))).toEqual([
    { level: 'workspace', default_decision: undefined, allow_loosening: false, rules: [] },
  ]);
});

describe('a rule speaks of the tools that it names', () => {
  test.each([
    ['calendar:delete-event', ['no-deletes', 'everything']],
    ['calendar:delete-', ['no-deletes', 'everything']],
    ['calendar:delete', ['everything']],
    ['my-calendar:delete-event', ['everything']],
    ['email:send', ['everything', 'desk-mail']],
    ['email:send-all', ['everything']],
  ])('%s', (toolName, ids) => {
    expect(matching(toolName, 'desk')).toEqual(ids);
  });
});

test('a lane that is not configured is an error that names those that are', () => {
  expect(() => configuredLayers(CONFIG, 'dekk')).toThrow(
    expect.objectContaining({
      code: 'CONFIGURATION_ERROR',
      message: 'No lane "dekk". Did you mean desk?',
    }),
  );
});
