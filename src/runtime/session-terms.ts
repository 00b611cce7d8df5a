/** On what terms a session works with the kernel: who it is, its limits, and what it is offered. */
import type { CallContext, Limits } from '../../kernel/index.ts';
import type { WorkspaceConfig } from '../../config/index.ts';
import { offeredIntents, offeredTools } from './catalogs.ts';
import type { SessionTerms } from './kernel-effects.ts';
import type { Lanes } from './lanes.ts';
import { oncePerSession, type SessionFiles } from './session-files.ts';
import { tighter } from './turn-tool.ts';

export interface TermsParts {
  readonly lanes: Lanes;
  readonly config: WorkspaceConfig;
  readonly limits: Limits;
}

/** The terms of sessions that move by themselves: rules may offer each of them other tools. */
export function nativeTerms({
  lanes,
  config,
  limits,
}: TermsParts): (files: SessionFiles) => Promise<SessionTerms> {
  const intents = offeredIntents(config);
  return oncePerSession(async ({ start, journal }) => {
    const { run_id, task_id, session_id } = start;
    const { kernel, turnTool } = lanes.of(start);
    const context = (metadata: Record<string, unknown>): CallContext => ({
      ...{ run_id, task_id, session_id },
      allowed_scopes: [],
      metadata: { ...start.metadata, ...metadata },
    });
    return {
      kernel,
      turn_tool: turnTool(start.model_profile),
      journal,
      context,
      limits: tighter(limits, start.limits),
      tool_catalog: start.tool_catalog ?? offeredTools(kernel, config, context({})),
      intent_catalog: start.intent_catalog ?? intents,
    };
  });
}
