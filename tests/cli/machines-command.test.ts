/** `troupe machines show` and colours: the chart in each of its forms. */
import { expect, test } from 'vitest';
import { sessionMachine, toDefinition, toMermaid, toTable } from 'troupe/machines';
import { deskIn, scratchFolder } from './support/desk.ts';

const desk = async () => deskIn(await scratchFolder());

test('as a table it lists every state and every transition', async () => {
  const { exit, out } = await (await desk()).call('machines', 'show');
  expect(exit).toBe(0);
  expect(out).toMatch(/^awaiting_turn\.idle +waiting /m);
  expect(out).toMatch(
    /^approval_required +approval\.resolved +isApproved +tool_request\.executing$/m,
  );
  const transitions = out.split('\n\n')[1]?.trimEnd().split('\n') ?? [];
  expect(transitions).toHaveLength(toTable(sessionMachine).length + 1);
});

test('as a diagram it is what a Mermaid file holds', async () => {
  const { out } = await (await desk()).call('machines', 'show', '--mermaid');
  expect(out.trimEnd()).toBe(toMermaid(sessionMachine).trimEnd());
});

test('as JSON it holds the definition', async () => {
  const [value] = await (await desk()).lines('machines', 'show');
  const definition: unknown = JSON.parse(JSON.stringify(toDefinition(sessionMachine)));
  expect(value).toMatchObject({ id: 'session', definition });
});

test('colours are for terminals, and can be turned off', async () => {
  const { callWith } = await desk();
  const bold = '\u001b[1m';
  const show = ['machines', 'show'];
  expect((await callWith({ hasColors: true }, ...show)).out).toContain(bold);
  expect((await callWith({ hasColors: true }, '--no-color', ...show)).out).not.toContain(bold);
  expect((await callWith({ hasColors: false }, ...show)).out).not.toContain(bold);
});
