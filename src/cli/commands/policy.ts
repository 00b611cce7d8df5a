/** `troupe policy`: what the rules decide, and why, without anything being run. */
import type { AddCommand } from '../context.ts';
import type { CallOptions } from '../explain-policy.ts';

interface WhatIfOptions {
  readonly session?: readonly string[];
  readonly policy?: string;
  readonly enforceShadow?: boolean;
}

const EXPLAIN_HELP = `
Without --input the answer is what calls of the tool start from: rules that look at arguments see
none. Links on the disk are followed just before a call runs, and not here.

Examples:
  troupe policy explain notes:delete --intent note_taking
  troupe policy explain notes:write --input @call.json --session session-1`;

const TEST_HELP = `
A table looks like this; rule, becomes, terms, lane, metadata and after may be left out:
  cases:
    - name: nobody writes to strangers after reading a secret
      tool: email:send
      input: { to: eve@example.net }
      intent: notifications
      after: [{ tool: files:read, input: { file: secrets/plan.md } }]
      expect: deny
      rule: no-mail-after-secrets

Examples:
  troupe policy test
  troupe policy test rules/mail.test.yaml --json`;

const WHAT_IF_HELP = `
Nothing is run or written. Each session is judged in its lane, calls of hosts in that of --lane,
with the history that it would have had. What those rules put before a person counts as started
where it ran in fact.

Examples:
  troupe policy what-if --policy workspace.next.yaml
  troupe policy what-if --session session-1 session-2 --policy ../next
  troupe policy what-if --enforce-shadow`;

export const policyCommand: AddCommand = (program, context) => {
  const policy = program.command('policy').description('ask what the rules decide, and why');

  policy
    .command('explain')
    .description('decide on a call as the kernel would, and say which rule decides')
    .argument('<tool>', 'name of the tool')
    .option('--input <json>', 'input of the call: JSON, @file or - for stdin')
    .option('--intent <name>', 'intent of the turn that asks for it')
    .option('--session <id>', 'as the next call of this session, after all that it did')
    .option('--host', 'as a call that a host makes, and not a model')
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (tool_name: string, options: CallOptions) => {
      const { explainCall } = await import('../explain-policy.ts');
      context.report(await explainCall(context, tool_name, options));
    });

  policy
    .command('test')
    .description('compare the decisions on a table of calls with those that are expected (exit 2)')
    .argument('[file...]', 'tables (default: policy.test.yaml of the workspace)')
    .addHelpText('after', TEST_HELP)
    .action(async (files: readonly string[]) => {
      const { testPolicy } = await import('../test-policy.ts');
      context.report(await testPolicy(context, files));
    });

  policy
    .command('what-if')
    .description('decide again on the requests of past sessions, and list what would change')
    .option('--session <id...>', 'only these sessions (default: all of the store)')
    .option('--policy <path>', 'rules of another folder or workspace.yaml (default: those of now)')
    .option('--enforce-shadow', 'as if rules in shadow mode were in force')
    .addHelpText('after', WHAT_IF_HELP)
    .action(async ({ session, policy: workspace, enforceShadow = false }: WhatIfOptions) => {
      const { whatIf } = await import('../../runtime/policy/what-if.ts');
      const { whatIfText } = await import('../render/what-if.ts');
      const rulebook = await context.openRulebook({ workspace, enforcesShadow: enforceShadow });
      const found = await context.withRecords((runtime) => whatIf(rulebook, runtime, session));
      context.report({ value: found, text: whatIfText(found, context.style) });
    });
};
