/** Rules that are data, on sessions that run: what was done before, changed inputs, the shadow. */
import { expect } from 'vitest';
import { z } from 'zod';
import { defineTool } from 'troupe';
import { compileRule, ruleDefinition, type PolicyLayer, type ToolCapability } from 'troupe/kernel';
import { ALLOW, type Effects } from './desk.ts';
import { scenario } from './scenario.ts';

const rules = (...definitions: readonly object[]): PolicyLayer => ({
  level: 'workspace',
  rules: definitions.map((definition) => compileRule(ruleDefinition.parse(definition))),
});

const reads = (effects: Effects): ToolCapability =>
  defineTool({
    name: 'files:read',
    description: 'Reads a file.',
    input: z.strictObject({ file: z.string(), limit: z.int().optional() }),
    run: ({ file, limit }) => void effects.push(`read ${file}${limit ? ` ${limit}` : ''}`),
  });
const sends = (effects: Effects): ToolCapability =>
  defineTool({
    name: 'email:send',
    description: 'Sends a message.',
    input: z.strictObject({ to: z.string() }),
    run: ({ to }) => void effects.push(`mail ${to}`),
  });

const AFTER_SECRETS = {
  id: 'no-mail-after-secrets',
  decision: 'deny',
  tools: ['email:*'],
  when: {
    after: [{ tools: ['files:*'], arguments: [{ pointer: '/file', matches: 'secrets/**' }] }],
  },
};
const read = (file: string) => ({ tool: 'files:read', input: { file } });
const MAIL = { tool: 'email:send', input: { to: 'a@example.com' } };
const DONE = { complete: 'Done.' };

scenario('no mail leaves after a secret was read, however long ago', async (desk) => {
  const effects: Effects = [];
  const tools = [reads(effects), sends(effects)];
  const script = [MAIL, read('docs/a'), MAIL, read('secrets/a'), read('docs/b'), MAIL, DONE];
  await desk.open(script, { tools, policy: [ALLOW, rules(AFTER_SECRETS)] });
  await desk.start();
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual([
    ...['mail a@example.com', 'read docs/a', 'mail a@example.com'],
    ...['read secrets/a', 'read docs/b'],
  ]);
});

scenario('a rule changes the input, and what it made of it runs', async (desk) => {
  const effects: Effects = [];
  const short = {
    ...{ id: 'short', decision: 'modify', tools: ['files:read'] },
    modify: [{ pointer: '/limit', value: 50 }],
  };
  await desk.open([read('docs/a'), DONE], {
    tools: [reads(effects)],
    policy: [ALLOW, rules(short)],
  });
  await desk.start();
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['read docs/a 50']);
});

scenario('a rule that changes an input to what is none denies the call', async (desk) => {
  const effects: Effects = [];
  const broken = {
    ...{ id: 'broken', decision: 'modify', tools: ['files:read'] },
    modify: [{ pointer: '/limit', value: 'many' }],
  };
  await desk.open([read('docs/a'), DONE], {
    tools: [reads(effects)],
    policy: [ALLOW, rules(broken)],
  });
  await desk.start();
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual([]);
  expect((await desk.toldToModel())[0]).toContain('POLICY_DENIED');
});

scenario('a rule in shadow mode lets a call run that it would have denied', async (desk) => {
  const effects: Effects = [];
  const watch = { id: 'watch', decision: 'deny', tools: ['files:*'], mode: 'shadow' };
  await desk.open([read('docs/a'), DONE], {
    tools: [reads(effects)],
    policy: [ALLOW, rules(watch)],
  });
  await desk.start();
  expect((await desk.settled()).state).toBe('complete');
  expect(effects).toEqual(['read docs/a']);
});

scenario('a deferred call waits, and is denied when its time is over', async (desk) => {
  const effects: Effects = [];
  const later = {
    ...{ id: 'later', decision: 'defer', tools: ['files:*'] },
    approval: { expires_in_ms: 60_000 },
  };
  await desk.open([read('docs/a'), DONE], {
    tools: [reads(effects)],
    policy: [ALLOW, rules(later)],
  });
  await desk.start();
  expect((await desk.settled()).state).toBe('approval_required');
  desk.clock.advance(60_000);
  await expect.poll(async () => (await desk.settled()).state).toBe('complete');
  expect(effects).toEqual([]);
  expect((await desk.toldToModel())[0]).toContain('APPROVAL_EXPIRED');
});
