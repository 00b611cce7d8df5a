/** `troupe approvals`: what waits for a person's decision, and the decision. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ApprovalResolution, ApprovalResolved, GrantRequest } from '../../../kernel/index.ts';
import { SESSION_ARGUMENT, type AddCommand, type CommandContext } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { printable } from '../printable.ts';

interface DecisionOptions {
  readonly reason?: string;
  readonly edit?: string;
  readonly by?: string;
  /** Milliseconds. */
  readonly grant?: number;
  readonly vary?: readonly string[];
}

export const approvalsCommand: AddCommand = (program, context) => {
  const approvals = program.command('approvals').description('list, show and decide on approvals');

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
    .command('show')
    .description('show the exact call that a request is about, and what an edit changed')
    .argument('<request>', REQUEST)
    .addHelpText('after', '\nExample:\n  troupe approvals show request-1')
    .action((request: string) => show(context, request));

  approvals
    .command('approve')
    .description('have exactly this call run, once, when its session goes on')
    .argument('<request>', REQUEST)
    .option('--edit <json>', 'run it with this input instead: JSON, @file or - for stdin')
    .option('--reason <text>', 'why, for the evidence')
    .option('--by <name>', 'who approves (default: your user name)')
    .addOption(
      new Option('--grant <time>', 'let the same call of the session run again for 30m, 2h, 1d …')
        .argParser(milliseconds)
        .conflicts('edit'),
    )
    .option('--vary <pointer...>', 'arguments that may differ then, as JSON Pointers')
    .addHelpText('after', APPROVE_HELP)
    .action((request: string, options: DecisionOptions, command: Command) => {
      if (options.vary && options.grant === undefined) {
        command.error('approvals approve: what may --vary goes with --grant');
      }
      return decide(context, { request, approved: true }, options);
    });

  approvals
    .command('deny')
    .description('refuse a call; the model is told why')
    .argument('<request>', REQUEST)
    .option('--reason <text>', 'why, for the model and the evidence')
    .option('--by <name>', 'who declines (default: your user name)')
    .addHelpText('after', '\nExample:\n  troupe approvals deny request-1 --reason "keep it"')
    .action((request: string, options: DecisionOptions) =>
      decide(context, { request, approved: false }, options),
    );

  addGrants(approvals, context);
};

const REQUEST = 'id of the request, or its beginning';

const APPROVE_HELP = `
Examples:
  troupe approvals approve request-1 --by ana
  troupe approvals approve request-1 --grant 1h --vary /text`;

function addGrants(approvals: Command, context: CommandContext): void {
  approvals
    .command('grants')
    .description('list what approvers let run again without asking, and until when')
    .argument('[session]', SESSION_ARGUMENT)
    .addHelpText('after', '\nExample:\n  troupe approvals grants --json')
    .action(async (session?: string) => {
      const { knownSession } = await import('../known-ids.ts');
      const { grantList } = await import('../render/approval.ts');
      await context.withRecords(async (runtime) => {
        const id = session === undefined ? undefined : await knownSession(runtime, session);
        const grants = await runtime.approvals.grants(id);
        context.report({ value: grants, text: grantList(grants, context.style) });
      });
    });

  approvals
    .command('revoke')
    .description('have the calls asked about again that were granted with an approval')
    .argument('<request>', REQUEST)
    .option('--by <name>', 'who revokes (default: your user name)')
    .addHelpText('after', '\nExample:\n  troupe approvals revoke request-1')
    .action(async (request: string, { by = context.io.userName() }: { readonly by?: string }) => {
      const { knownGrant } = await import('../known-ids.ts');
      await context.withRuntime({ drive: false }, async (runtime) => {
        const revocation = { request_id: await knownGrant(runtime, request), revoked_by: by };
        await runtime.approvals.revoke(revocation);
        context.report({ value: revocation, text: printable(`Revoked by ${by}`) });
      });
    });
}

function milliseconds(text: string): number {
  const duration_ms = parseDuration(text);
  if (duration_ms !== undefined) return duration_ms;
  throw new InvalidArgumentError('expected a time such as 30m, 2h or 1d');
}

function grantOf({ grant: expires_in_ms, vary }: DecisionOptions): GrantRequest | undefined {
  return expires_in_ms === undefined
    ? undefined
    : { expires_in_ms, ...(vary && { vary: [...vary] }) };
}

async function show(context: CommandContext, request: string): Promise<void> {
  const { style } = context;
  const { knownRequest } = await import('../known-ids.ts');
  const { approvalText } = await import('../render/approval.ts');
  const { differenceText } = await import('../render/difference.ts');
  await context.withRecords(async (runtime) => {
    const { approvals } = runtime;
    const approval = await approvals.get(await knownRequest(runtime, request));
    const { edited_from } = approval;
    const origin = edited_from === undefined ? undefined : await approvals.get(edited_from);
    const edit = origin ? [differenceText(origin.input, approval.input, style)] : [];
    const text = [...edit, approvalText(approval, style)].join('\n\n');
    context.report({ value: approval, text });
  });
}

interface Decision {
  readonly request: string;
  readonly approved: boolean;
}

/** Shows the call, and records the decision; nothing runs before its session is resumed. */
async function decide(
  context: CommandContext,
  { request, approved }: Decision,
  options: DecisionOptions,
): Promise<void> {
  const { io, style } = context;
  const { reason, edit, by } = options;
  const grant = grantOf(options);
  const { readInput } = await import('../json.ts');
  const { knownRequest } = await import('../known-ids.ts');
  const { approvalText } = await import('../render/approval.ts');
  const { differenceText } = await import('../render/difference.ts');
  const edited_input = edit === undefined ? undefined : await readInput(edit, io);
  await context.withRuntime({ drive: false }, async (runtime) => {
    const { approvals } = runtime;
    const approval = await approvals.get(await knownRequest(runtime, request));
    io.err(`${approvalText(approval, style)}\n\n`);
    if (edited_input) io.err(`${differenceText(approval.input, edited_input, style)}\n\n`);
    const resolution: ApprovalResolution = {
      request_id: approval.request_id,
      approved,
      approved_by: by ?? io.userName(),
      ...(reason !== undefined && { reason }),
      ...(edited_input !== undefined && { edited_input }),
      ...(grant && { grant }),
    };
    report(context, await approvals.resolve(resolution));
  });
}

function report(context: CommandContext, resolved: ApprovalResolved): void {
  const { approved, approved_by, session_id, request_id, votes_missing = 0, grant } = resolved;
  const isOpen = votes_missing > 0;
  const more = grant ? `, and calls like it until ${grant.expires_at}` : '';
  const said = `${approved ? 'Approved' : 'Declined'} by ${approved_by}${more}`;
  const done = isOpen ? `${said}; ${votes_missing} more to agree` : said;
  const next = isOpen
    ? context.commandLine('approvals', 'approve', request_id, '--by', 'name')
    : context.commandLine('resume', session_id);
  const value = { ...resolved, next: [next] };
  context.report({ value, text: printable(`${done}. Go on with\n  ${next}`) });
}
