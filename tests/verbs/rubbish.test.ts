/** What a host hands in that is nothing of the kind is refused by the name of the field. */
import { expect, test } from 'vitest';
import {
  buildGovernedToolCatalog,
  createApprovalResolutionMessage,
  createHostContextMessages,
  createToolResultMessage,
} from 'troupe';

type Builder = (given: never) => unknown;

const loop: Record<string, unknown> = {};
loop['loop'] = loop;
const NEWS = { requestId: 'r', approved: true, approvedBy: 'op' };
const RESULT = { toolName: 'a:b', toolCallId: 't', output: { success: true } };
const HOST = { listGovernedTools: () => [] };
const CONTEXT = { run_id: 'r', task_id: 't', session_id: 's' };

// prettier-ignore
test.each<[Builder, unknown, named: string]>([
  [createHostContextMessages, undefined, 'createHostContextMessages: '],
  [createHostContextMessages, { task_summary: 5 }, 'task_summary: '],
  [createHostContextMessages, { additional_context: 'a' }, 'additional_context: '],
  [createHostContextMessages, { additional_context: [null] }, 'additional_context.0: '],
  [createApprovalResolutionMessage, undefined, 'createApprovalResolutionMessage: '],
  [createApprovalResolutionMessage, { ...NEWS, requestId: 5 }, 'requestId: '],
  [createApprovalResolutionMessage, { ...NEWS, requestId: '' }, 'requestId: '],
  [createApprovalResolutionMessage, { ...NEWS, approved: 'yes' }, 'approved: '],
  [createApprovalResolutionMessage, { ...NEWS, reason: {} }, 'reason: '],
  [createToolResultMessage, {}, 'toolName: '],
  [createToolResultMessage, { ...RESULT, output: undefined }, 'output: '],
  [createToolResultMessage, { ...RESULT, toolCallId: 1 }, 'toolCallId: '],
  [createToolResultMessage, { ...RESULT, output: { success: true, data: loop } }, 'output: '],
  [createToolResultMessage, { ...RESULT, output: { success: true, data: 1n } }, 'output: '],
  [buildGovernedToolCatalog, undefined, 'buildGovernedToolCatalog: '],
  [buildGovernedToolCatalog, { context: CONTEXT }, 'toolHost: expected an object with'],
  [buildGovernedToolCatalog, { toolHost: {}, context: CONTEXT }, 'toolHost: expected an object'],
  [buildGovernedToolCatalog, { toolHost: HOST }, 'context: expected an object'],
  [buildGovernedToolCatalog, { toolHost: HOST, context: CONTEXT, excludeToolNames: 'a' }, 'excludeToolNames: '],
  [buildGovernedToolCatalog, { toolHost: { listGovernedTools: () => [{}] }, context: CONTEXT }, '0.capability: '],
])('%o of %o', async (builder, given, named) => {
  const build = async (): Promise<unknown> => builder(given as never);
  await expect(build()).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining(named) as string,
  });
});
