/** Runs the tables of expected decisions that are named, each under the rules of its lane. */
import { resolve } from 'node:path';
import { describeError } from '../../kernel/index.ts';
import { loadPolicyCases, type PolicyCase } from '../../config/index.ts';
import type { WorkspaceRulebook } from '../runtime/policy/rulebook.ts';
import { runPolicyCase, type PolicyCaseResult } from '../runtime/policy/test-cases.ts';
import type { CommandContext, Report } from './context.ts';
import { caseTable } from './render/policy-cases.ts';

/** The results of one file. */
export interface TestedFile {
  readonly file: string;
  readonly results: readonly PolicyCaseResult[];
}

/**
 * Without a file, that of the workspace.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIGURATION_ERROR, PACK_*
 */
export async function testPolicy(
  context: CommandContext,
  names: readonly string[],
): Promise<Report> {
  const { io, workspace, style } = context;
  const files = names.length > 0 ? names.map((name) => resolve(io.folder, name)) : [workspace];
  const rulebooks = new Map<string | undefined, Promise<WorkspaceRulebook>>();
  const rulebookOf = (lane: string | undefined): Promise<WorkspaceRulebook> => {
    const opened = rulebooks.get(lane) ?? context.openRulebook({ lane });
    rulebooks.set(lane, opened);
    return opened;
  };
  const tested: TestedFile[] = [];
  for (const file of files) {
    const cases = await loadPolicyCases(file);
    const run = async (one: PolicyCase) => runPolicyCase(await rulebookOf(one.lane), one);
    tested.push({ file, results: await Promise.all(cases.map(run)) });
  }
  const ok = tested.every(({ results }) => results.every((result) => result.ok));
  return {
    value: { ok, files: tested },
    text: caseTable(tested, style),
    exit: ok ? 0 : describeError('CONFIGURATION_ERROR').exit,
  };
}
