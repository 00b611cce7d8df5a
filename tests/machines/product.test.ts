/**
 * Sentences about what a workspace lets happen, each proved for every path that a session can take
 * under its rules; and for a workspace that is too weak, the way on which a sentence breaks.
 */
import { describe, expect, test } from 'vitest';
import { printed } from './support/explore.ts';
import { breach, executions, type Sentence } from './support/product.ts';
import type { World } from './support/product-kernel.ts';

const WORKSPACE = `
troupe: { policy: { default_decision: deny, allow_loosening: true } }
policies:
  - id: no-mail-after-secrets
    decision: deny
    tools: ['email:*']
    when: { after: [{ tools: ['secrets:read'] }] }
  - id: two-for-deletes
    decision: approval_required
    tools: ['calendar:delete']
    approval: { quorum: 2, distinct: true, approvers: [ana, Ana, ben, dora] }
lanes:
  - id: docs
    title: Docs
    policy_overrides: [{ id: docs.no-deploy, decision: deny, tools: ['deploy:*'] }]
  - id: operations
    title: Operations
    policy_overrides: [{ id: operations.deploy-later, decision: defer, tools: ['deploy:*'] }]
agent_runtime:
  default_model: m
  models: { m: { provider: openai_compatible, model: m, api_key_env: KEY, base_url_env: URL } }
  intents:
    working:
      description: Works
      allow_tools: ['secrets:read', 'email:send', 'deploy:run']
      approval_required_tools: ['calendar:delete']
    reading:
      description: Reads
      allow_tools: ['secrets:read']
`;

const LANES = ['docs', 'operations'];

/** Dora asked for it all; Ana is written in two ways; nobody knows who Mallory is. */
const WORLD: World = {
  tools: ['secrets:read', 'email:send', 'calendar:delete', 'deploy:run'],
  intents: ['working', 'reading', 'dreaming'],
  people: { ana: 'ana', Ana: 'ana', ben: 'ben', dora: 'dora', mallory: 'mallory' },
};

interface Proof {
  readonly sentence: string;
  readonly holds: Sentence;
  /** The rule that it rests on, and what to leave of it. */
  readonly weaken: readonly [found: string, left: string];
  /** How it then breaks. */
  readonly breaks: readonly string[];
}

const asks = (...tools: readonly string[]): string =>
  JSON.stringify({ type: 'model.asks', tools, intent: 'working' });
const DECIDES = '{"type":"kernel.decides"}';
const ENDS = '{"type":"tool.finishes"}';
const agrees = (by: string): string => JSON.stringify({ type: 'person.says', by, yes: true });

// prettier-ignore
const PROOFS: readonly Proof[] = [
  { sentence: 'deploy:run never runs in lane docs',
    holds: ({ tool, lane }) => !(tool === 'deploy:run' && lane === 'docs'),
    weaken: ["tools: ['deploy:*'] }]\n  - id: operations", "tools: ['deploy:start'] }]\n  - id: operations"],
    breaks: [asks('deploy:run'), DECIDES] },
  { sentence: 'deploy:run never runs without somebody who agreed',
    holds: ({ tool, agreed }) => tool !== 'deploy:run' || agreed.length > 0,
    weaken: ['decision: defer', 'decision: allow'],
    breaks: [asks('deploy:run'), DECIDES] },
  { sentence: 'email:send never runs after secrets:read',
    holds: ({ tool, before }) => !(tool === 'email:send' && before.includes('secrets:read')),
    weaken: ["after: [{ tools: ['secrets:read'] }]", "after: [{ tools: ['secrets:list'] }]"],
    breaks: [asks('secrets:read', 'email:send'), DECIDES, ENDS, DECIDES] },
  { sentence: 'calendar:delete never runs without two different people who agreed',
    holds: ({ tool, agreed }) => tool !== 'calendar:delete' || agreed.length >= 2,
    weaken: ['quorum: 2', 'quorum: 1'],
    breaks: [asks('calendar:delete'), DECIDES, agrees('ana')] },
  { sentence: 'calendar:delete never runs on the word of who asked for it',
    holds: ({ tool, agreed }) => tool !== 'calendar:delete' || !agreed.includes('dora'),
    weaken: ['distinct: true', 'distinct: false'],
    breaks: [asks('calendar:delete'), DECIDES, agrees('ana'), agrees('dora')] },
  { sentence: 'calendar:delete never runs on the word of somebody who is not named',
    holds: ({ tool, agreed }) => tool !== 'calendar:delete' || !agreed.includes('mallory'),
    weaken: ['ben, dora]', 'ben, dora, mallory]'],
    breaks: [asks('calendar:delete'), DECIDES, agrees('ana'), agrees('mallory')] },
  { sentence: 'nothing but secrets:read ever runs to read',
    holds: ({ tool, intent }) => intent !== 'reading' || tool === 'secrets:read',
    weaken: ["allow_tools: ['secrets:read']\n", "allow_tools: ['secrets:read', 'email:send']\n"],
    breaks: [asks('email:send').replace('working', 'reading'), DECIDES] },
  { sentence: 'nothing ever runs for an intent that is not configured',
    holds: ({ intent }) => intent !== 'dreaming',
    weaken: ['    reading:', '    dreaming:'],
    breaks: [asks('secrets:read').replace('working', 'dreaming'), DECIDES] },
];

const STRONG = { yaml: WORKSPACE, lanes: LANES };

describe('under the rules of the workspace', () => {
  const ran = executions(STRONG, WORLD);

  test.each(PROOFS)('$sentence', ({ sentence, holds }) => {
    if (ran.every(holds)) return;
    expect.fail(printed(sentence, breach(STRONG, WORLD, holds)));
  });

  test.each(WORLD.tools)('%s runs on some path', (name) => {
    expect(ran.map(({ tool }) => tool)).toContain(name);
  });
});

describe('a workspace that is too weak shows how', () => {
  test.each(PROOFS)('$sentence', ({ sentence, holds, weaken: [found, left], breaks }) => {
    const yaml = WORKSPACE.replace(found, left);
    expect(yaml).not.toBe(WORKSPACE);
    const steps = breaks.map((event, index) => `${index + 1}. ${event}`);
    expect(printed(sentence, breach({ yaml, lanes: LANES }, WORLD, holds))).toBe(
      [`broken: ${sentence}`, ...steps].join('\n'),
    );
  });
});
