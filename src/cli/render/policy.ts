/** Decisions of policy for people: what it is, which rule makes it, and what the others said. */
import {
  assertNever,
  type ApprovalTerms,
  type LayerOpinion,
  type PolicyDecision,
} from '../../../kernel/index.ts';
import type { PolicyExplanation, PolicyOutcome } from '../../runtime/policy/explain.ts';
import { durationText } from '../duration.ts';
import { printableLine } from '../printable.ts';
import { readable } from './approval.ts';
import { scopesText } from './scopes.ts';
import type { Style } from './style.ts';
import { pairs, table } from './table.ts';

/** Everything about one decision, that of the layers last. */
export function explanationText(explanation: PolicyExplanation, style: Style): string {
  const { tool_name, decision, refusal, approval, input, modified_from } = explanation;
  const facts = pairs(
    {
      told: refusal && `${refusal.code}: ${refusal.message}`,
      approval: approval && termsText(approval),
      input: input && readable(input),
      'changed from': modified_from && readable(modified_from),
      needs: scopesText(explanation.scope_requested),
      granted: scopesText(explanation.scope_enforced),
      policy: explanation.policy_version,
    },
    style,
  );
  const { decided_by, also_spoke, shadow, shadow_decision, layers } = explanation;
  return [
    `${outcomeText(decision, style)}  ${style.strong(printableLine(tool_name))}`,
    facts,
    ...rulesPart('decided by', decided_by, style),
    ...rulesPart('also spoke', also_spoke, style),
    ...rulesPart(`in shadow mode, which would make it ${shadow_decision}`, shadow, style),
    ...(layers.length > 0 ? [style.faint('layers'), layerTable(layers, style)] : []),
    ...explanation.warnings.map((text) => style.notable(`Warning: ${printableLine(text)}`)),
  ].join('\n');
}

/** A decision in its colour. */
function outcomeText(outcome: PolicyOutcome, style: Style): string {
  switch (outcome) {
    case 'allow':
      return style.good(outcome);
    case 'approval_required':
    case 'defer':
      return style.notable(outcome);
    case 'deny':
      return style.bad(outcome);
    default:
      return assertNever(outcome);
  }
}

function rulesPart(
  title: string,
  decisions: readonly PolicyDecision[],
  style: Style,
): readonly string[] {
  if (decisions.length === 0) return [];
  const lines = decisions.map(({ policy_id, decision, level, reason }) => {
    const where = level === undefined ? '' : ` of layer ${level}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    return `  ${printableLine(`${decision} by ${policy_id}${where}${why}`)}`;
  });
  return [style.faint(title), ...lines];
}

const STANDINGS: Readonly<Record<LayerOpinion['standing'], string>> = {
  decides: 'decides',
  overruled: 'overruled by what is stricter',
  gives_way: 'gives way to narrower layers',
};

function layerTable(layers: readonly LayerOpinion[], style: Style): string {
  const rows = layers.map(({ level, decision, policy_ids, standing }) => [
    level,
    decision,
    policy_ids.join(', ') || 'its default',
    STANDINGS[standing],
  ]);
  return table(['layer', 'says', 'by', 'and'], rows, style);
}

function termsText({ expires_in_ms, approvers, quorum = 1, distinct }: ApprovalTerms): string {
  return [
    approvers === undefined ? 'by anybody' : `by ${approvers.join(' or ') || 'nobody'}`,
    ...(quorum > 1 ? [`${quorum} have to agree`] : []),
    ...(distinct === true ? ['not by who started the session'] : []),
    ...(expires_in_ms === undefined ? [] : [`open for ${durationText(expires_in_ms)}`]),
  ].join(', ');
}
