/** Approvals on which several people have to agree, and not the one who asked. */
import { describe, expect, test } from 'vitest';
import { scriptedPrompts } from './support/scripted-prompts.ts';
import { openDesk, type Desk } from './support/desk.ts';
import { DELETES, ENDS, WRITES } from './support/turns.ts';

const RULES = `
policies:
  - id: two-people
    decision: approval_required
    tools: [notes:delete]
    approval: { quorum: 2, approvers: [ana, bo, cy], distinct: true }
`;

async function openStrictDesk(): Promise<Desk> {
  const desk = await openDesk([WRITES, DELETES, ENDS]);
  await desk.write('workspace.yaml', (await desk.read('workspace.yaml')) + RULES);
  return desk;
}

describe('a call that two people have to approve', () => {
  test('runs when both have, and neither of them asked for it', async () => {
    const desk = await openStrictDesk();
    await desk.call('run', 'hello', '--session', 's1', '--by', 'cy');
    const approve = (by: string) => desk.call('approvals', 'approve', 'apr-', '--by', by);
    for (const by of ['cy', 'eve']) {
      const { exit, err } = await approve(by);
      expect(exit).toBe(4);
      expect(err).toContain('APPROVER_NOT_ALLOWED');
    }
    const first = await approve('ana');
    expect(first.exit).toBe(0);
    expect(first.out).toContain('Approved by ana; 1 more to agree. Go on with\n');
    expect(first.out).toMatch(/\n {2}troupe approvals approve apr-\w+ --by name\n$/);
    const { out } = await desk.call('approvals', 'show', 'apr-');
    expect(out).toMatch(/^asked by +cy$/m);
    expect(out).toMatch(/^approvers +ana, bo, cy, but not who asked for it$/m);
    expect(out).toMatch(/^agreed +ana$/m);
    expect((await approve('bo')).out).toBe('Approved by bo. Go on with\n  troupe resume s1\n');
    expect((await desk.call('resume', 's1')).exit).toBe(0);
    expect(await desk.has('notes/printer.md')).toBe(false);
    expect((await desk.call('evidence', 'verify', 's1')).exit).toBe(0);
  });

  test('asks each of them once in a terminal', async () => {
    const desk = await openStrictDesk();
    await desk.call('run', 'hello', '--session', 's1', '--by', 'cy');
    const prompts = scriptedPrompts(['approve']);
    const { exit, out } = await desk.callWith({ isTerminal: true, prompts }, 'resume', 's1');
    expect(exit).toBe(5);
    expect(out).toContain('agreed to by ana');
    expect(prompts.left).toEqual([]);
    expect(await desk.has('notes/printer.md')).toBe(true);
  });
});
