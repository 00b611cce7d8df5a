/** `troupe approvals`: what waits for a person's decision, and the decision. */
import type { ApprovalResolution } from '../../../kernel/index.ts';
import type { AddCommand, CommandContext } from '../context.ts';

interface DecisionOptions {
  readonly reason?: string;
  readonly edit?: string;
  readonly by?: string;
}

export const approvalsCommand: AddCommand = (program, context) => {
  const approvals = program.command('approvals').description('list and decide on approvals');

  approvals
    .command('list')
    .description('list the pending approvals, the one that expires first at the top')
    .addHelpText('after', '\nExample:\n  troupe approvals list --json')
    .action(async () => {
      const { approvalList } = await import('../render/approval.ts');
      await context.withRecords(async (runtime) => {
        const pending = await runtime.approvals.list();
        context.report({ value: pending, text: approvalList(pending, context.style) });
      });
    });

  approvals
    .command('approve')
    .description('have exactly this call run, once, when its session goes on')
    .argument('<request>', 'id of the request')
    .option('--edit <json>', 'run it with this input instead: JSON, @file or - for stdin')
    .option('--reason <text>', 'why, for the evidence')
    .option('--by <name>', 'who approves (default: your user name)')
    .addHelpText('after', '\nExample:\n  troupe approvals approve request-1 --by ana')
    .action((request_id: string, options: DecisionOptions) =>
      decide(context, { request_id, approved: true }, options),
    );

  approvals
    .command('deny')
    .description('refuse a call; the model is told why')
    .argument('<request>', 'id of the request')
    .option('--reason <text>', 'why, for the model and the evidence')
    .option('--by <name>', 'who declines (default: your user name)')
    .addHelpText('after', '\nExample:\n  troupe approvals deny request-1 --reason "keep it"')
    .action((request_id: string, options: DecisionOptions) =>
      decide(context, { request_id, approved: false }, options),
    );
};

/** Shows the call, and records the decision; nothing runs before its session is resumed. */
async function decide(
  context: CommandContext,
  decision: Pick<ApprovalResolution, 'request_id' | 'approved'>,
  { reason, edit, by }: DecisionOptions,
): Promise<void> {
  const { io, style } = context;
  const { readJson } = await import('../json.ts');
  const { approvalText } = await import('../render/approval.ts');
  const edited_input = edit === undefined ? undefined : await readJson(edit, io);
  await context.withRuntime({ drive: false }, async ({ approvals }) => {
    const approval = await approvals.get(decision.request_id);
    io.err(`${approvalText(approval, style)}\n\n`);
    const resolved = await approvals.resolve({
      ...decision,
      approved_by: by ?? io.userName(),
      ...(reason !== undefined && { reason }),
      ...(edited_input !== undefined && { edited_input: edited_input as Record<string, unknown> }),
    });
    const next = [context.commandLine('resume', approval.session_id)];
    const done = `${decision.approved ? 'Approved' : 'Declined'} by ${resolved.approved_by}.`;
    context.report({ value: { ...resolved, next }, text: `${done} Go on with\n  ${next.join()}` });
  });
}
