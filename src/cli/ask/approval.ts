/** Asks a person in the terminal about one exact call. */
import {
  isGrantable,
  messageOf,
  type Approval,
  type ApprovalResolution,
} from '../../../kernel/index.ts';
import type { Io } from '../io.ts';
import { parseInput } from '../json.ts';
import { approvalText, readable } from '../render/approval.ts';
import { differenceText } from '../render/difference.ts';
import type { Style } from '../render/style.ts';

/** The first is chosen by a stray Enter, so it does nothing. */
const CHOICES = {
  leave: 'Leave it: the session stays parked',
  approve: 'Approve: run exactly this',
  edit: 'Edit: run it with another input',
  deny: 'Deny: do not run it, and say why',
} as const;

const EDIT_CHOICES = {
  leave: 'Leave it: the session stays parked',
  approve: 'Approve: run it with this input',
} as const;

const HOUR_MS = 3_600_000;

const GRANT_CHOICES = {
  leave: CHOICES.leave,
  approve: CHOICES.approve,
  grant: 'Approve, and the same call again for an hour',
  edit: CHOICES.edit,
  deny: CHOICES.deny,
} as const;

/** Where the person is asked. */
export interface AskedAt {
  readonly io: Io;
  readonly style: Style;
  readonly signal: AbortSignal;
}

/** Answers the decision, or undefined where the person leaves it open. */
export async function askApproval(
  approval: Approval,
  at: AskedAt,
): Promise<ApprovalResolution | undefined> {
  const { io, style, signal } = at;
  io.out(`\n${approvalText(approval, style)}\n\n`);
  const { request_id } = approval;
  const by = { request_id, approved_by: io.userName() };
  const question = { message: 'May this call run?', signal };
  const choice = isGrantable(approval)
    ? await io.prompts.choose({ ...question, choices: GRANT_CHOICES })
    : await io.prompts.choose({ ...question, choices: CHOICES });
  switch (choice) {
    case 'approve':
      return { ...by, approved: true };
    case 'grant':
      return { ...by, approved: true, grant: { expires_in_ms: HOUR_MS } };
    case 'deny': {
      const reason = await io.prompts.text({ message: 'Why not?', signal });
      return reason === undefined
        ? undefined
        : { ...by, approved: false, ...(reason && { reason }) };
    }
    case 'edit': {
      const edited_input = await askEdit(approval.input, at);
      return edited_input && { ...by, approved: true, edited_input };
    }
    case 'leave':
    case undefined:
      return undefined;
  }
}

/** Has the person type another input, and agree to what that changes. */
async function askEdit(
  input: Approval['input'],
  { io, style, signal }: AskedAt,
): Promise<Approval['input'] | undefined> {
  const initial = readable(input);
  const text = await io.prompts.text({ message: 'Input', initial, validate: faultOf, signal });
  if (text === undefined) return undefined;
  const edited = parseInput(text);
  io.out(`\n${differenceText(input, edited, style)}\n\n`);
  const message = 'May the edited call run?';
  const choice = await io.prompts.choose({ message, choices: EDIT_CHOICES, signal });
  return choice === 'approve' ? edited : undefined;
}

/** What keeps a text from being an input: policy and schema look at it afterwards. */
function faultOf(text: string): string | undefined {
  try {
    parseInput(text);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
