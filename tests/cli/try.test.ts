/** try */
import { test } from 'vitest';
import { openDesk } from './support/desk.ts';
import { scriptedPrompts } from './support/scripted-prompts.ts';

test('x', async () => {
  const desk = await openDesk([
    { intent: 'note_taking', assistant_message: 'Let me write that.\nSecond line.', tools: [{ name: 'notes:write', input: { name: 'printer', text: 'Repaired \u001b[31m\u202e' } }] },
    { intent: 'note_taking', assistant_message: 'And now delete, and look.', tools: [{ name: 'notes:delete', input: { name: 'printer' } }, { name: 'notes:list', input: {} }, {name: 'notes:bogus', input: {}}] },
    { intent: 'conversation', assistant_message: 'Deleted.' },
    { intent: 'conversation', assistant_message: 'Bye.', status: 'complete' },
  ]);
  const show = (c: any) => console.log(`exit ${c.exit}\n${c.out}\n--- err\n${c.err}`);
  const prompts = scriptedPrompts(['approve', 'bye']);
  show(await desk.callWith({ isTerminal: true, prompts }, 'run', 'hello', '--session', 's1'));
  show(await desk.call('sessions', 'list'));
  show(await desk.call('sessions', 'show', 's1'));
  show(await desk.call('evidence', 'show', 's1'));
  show(await desk.call('evidence', 'verify', '--all'));
  show(await desk.call('evidence', 'export', 's1'));
  show(await desk.call('run', 'again'));
  show(await desk.call('resume', 's1'));
});
