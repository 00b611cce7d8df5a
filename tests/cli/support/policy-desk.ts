/** Rules on top of the starter workspace, and a short way to ask about them. */
import type { Desk } from './desk.ts';

export const RULES = `
policies:
  - id: no-deletes-after-writes
    decision: deny
    tools: [notes:delete]
    reason: What was just written stays
    when: { after: [{ tools: [notes:write] }] }
  - { id: watch, decision: deny, tools: [notes:write], mode: shadow }
`;

/** Puts rules under the workspace.yaml, or into a second one beside it. */
export async function addRules(desk: Desk, rules = RULES, file = 'workspace.yaml'): Promise<void> {
  await desk.write(file, (await desk.read('workspace.yaml')) + rules);
}

/** Calls `troupe policy` with `--json`; answers the one value. */
export async function json({ call }: Desk, ...words: readonly string[]) {
  const { exit, out } = await call('policy', ...words, '--json');
  return { exit, value: JSON.parse(out) as unknown };
}
