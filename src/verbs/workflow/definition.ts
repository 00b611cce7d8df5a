/** The definition of a workflow: parsed, and refused before anything is written. */
import { z } from 'zod';
import { message, RuntimeError, sessionId } from '../../../kernel/index.ts';
import { parse } from '../../runtime/session-options.ts';

const node = z.strictObject({
  // A colon ends the workflow's part of a node's session id.
  id: z.string().regex(/^[^:]+$/, { error: 'a node id has no colon and is not empty' }),
  execute_turn_input: z.looseObject({ session_id: sessionId, messages: z.array(message).min(1) }),
  depends_on: z.array(z.string()).default([]),
  wake_at: z.iso.datetime({ offset: true }).optional(),
});
export type Node = z.output<typeof node>;

const definition = z.strictObject({ session_id: sessionId, nodes: z.array(node) });
export type Definition = z.output<typeof definition>;

/** What is kept of a workflow: its definition and whose it is. Written once. */
export const workflowRecord = definition.extend({
  schema_version: z.literal(1),
  run_id: z.string().min(1),
  task_id: z.string().min(1),
  created_at: z.iso.datetime(),
});
export type WorkflowRecord = z.output<typeof workflowRecord>;

/** The id under which the session of a node is stored. */
export const nodeSessionId = (session_id: string, node_id: string): string =>
  `${session_id}:${node_id}`;

/**
 * Parses a workflow and makes sure that every node can become ready.
 * @throws RuntimeError INVALID_INPUT naming the field, the node or the cycle.
 */
export function parseDefinition(given: unknown): Definition {
  const parsed = parse(definition, given, 'Workflow');
  const known = new Set<string>();
  for (const { id } of parsed.nodes) {
    if (known.has(id)) throw invalid(`node ${id} is there twice`);
    known.add(id);
    parse(sessionId, nodeSessionId(parsed.session_id, id), `Workflow: node ${id}`);
  }
  for (const { id, depends_on } of parsed.nodes) {
    const unknown = depends_on.find((dependency) => !known.has(dependency));
    if (unknown !== undefined)
      throw invalid(`node ${id} depends on ${unknown}, which is not there`);
  }
  const cycle = findCycle(parsed.nodes);
  if (cycle) throw invalid(`these nodes wait for each other: ${cycle.join(' -> ')}`);
  return parsed;
}

const invalid = (why: string): RuntimeError =>
  new RuntimeError('INVALID_INPUT', `Workflow: ${why}`);

/** The first path of dependencies that comes back to its beginning. */
function findCycle(nodes: readonly Node[]): readonly string[] | undefined {
  const dependencies = new Map(nodes.map(({ id, depends_on }) => [id, depends_on]));
  const cleared = new Set<string>();
  for (const { id } of nodes) {
    const path = [id];
    const onPath = new Set(path);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = dependencies.get(last)?.find((dependency) => !cleared.has(dependency));
      if (next === undefined) {
        cleared.add(last);
        onPath.delete(last);
        path.pop();
      } else if (onPath.has(next)) {
        return [...path.slice(path.indexOf(next)), next];
      } else {
        path.push(next);
        onPath.add(next);
      }
    }
  }
  return undefined;
}
