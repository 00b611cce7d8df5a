/** Asks a person in the terminal about one exact call. */
import { messageOf, type Approval, type ApprovalResolution } from '../../../kernel/index.ts';
import type { Io } from '../io.ts';
import { parseJson } from '../json.ts';
import { approvalText, readable } from '../render/approval.ts';
import type { Style } from '../render/style.ts';

/** The first is chosen by a stray Enter, so it does nothing. */
const CHOICES = {
  leave: 'Leave it: the session stays parked',
  approve: 'Approve: run exactly this',
  edit: 'Edit: run it with another input',
  deny: 'Deny: do not run it, and say why',
} as const;

/** Answers the decision, or undefined where the person leaves it open. */
export async function askApproval(
  approval: Approval,
  { io, style, signal }: { readonly io: Io; readonly style: Style; readonly signal: AbortSignal },
): Promise<ApprovalResolution | undefined> {
  io.out(`\n${approvalText(approval, style)}\n\n`);
  const { request_id } = approval;
  const by = { request_id, approved_by: io.userName() };
  const message = 'May this call run?';
  const choice = await io.prompts.choose({ message, choices: CHOICES, signal });
  switch (choice) {
    case 'approve':
      return { ...by, approved: true };
    case 'deny': {
      const reason = await io.prompts.text({ message: 'Why not?', signal });
      return reason === undefined
        ? undefined
        : { ...by, approved: false, ...(reason && { reason }) };
    }
    case 'edit': {
      const edited = await askInput(approval.input, io, signal);
      return edited === undefined ? undefined : { ...by, approved: true, edited_input: edited };
    }
    case 'leave':
    case undefined:
      return undefined;
  }
}

async function askInput(
  input: Approval['input'],
  io: Io,
  signal: AbortSignal,
): Promise<Approval['input'] | undefined> {
  const initial = readable(input);
  const text = await io.prompts.text({ message: 'Input', initial, validate: faultOf, signal });
  return text === undefined ? undefined : (parseJson(text, 'The input') as Approval['input']);
}

/** What keeps a text from being an input: policy and schema look at it afterwards. */
function faultOf(text: string): string | undefined {
  try {
    const value = parseJson(text, 'The input');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? undefined : 'Expected a JSON object';
  } catch (thrown) {
    return messageOf(thrown);
  }
}
