/**
 * Every tool use of an assistant turn is answered by one tool result at the start of the user turn
 * behind it. Messages of one role in a row count as one turn, as the API has it.
 */
import { invalidRequest } from './errors.ts';
import type { Block, WireMessage } from './schema.ts';
import type { Refusal } from '../contract.ts';

interface PlacedBlock {
  readonly place: string;
  readonly block: Block;
}

interface JoinedTurn {
  readonly place: string;
  readonly blocks: readonly PlacedBlock[];
}

/** The first tool use without its result, or result without its tool use. */
export function refuseToolPairing(messages: readonly WireMessage[]): Refusal | undefined {
  const turns = joinTurns(messages);
  const ids = turns.flatMap(usesOf);
  if (new Set(ids).size < ids.length) {
    return invalidRequest('messages: `tool_use` ids must be unique');
  }
  for (const [index, turn] of turns.entries()) {
    const refusal = refuseResults(turn, turns[index - 1]) ?? refuseOpenUses(turn, turns[index + 1]);
    if (refusal) return refusal;
  }
  return undefined;
}

function joinTurns(messages: readonly WireMessage[]): readonly JoinedTurn[] {
  const turns: JoinedTurn[] = [];
  for (const [index, message] of messages.entries()) {
    const place = `messages.${index}`;
    const blocks = placeBlocks(message, place);
    const isSameTurn = messages[index - 1]?.role === message.role;
    const before = isSameTurn ? turns.pop() : undefined;
    turns.push({ place, blocks: [...(before?.blocks ?? []), ...blocks] });
  }
  return turns;
}

function placeBlocks({ content }: WireMessage, place: string): readonly PlacedBlock[] {
  const blocks: readonly Block[] =
    typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return blocks.map((block, index) => ({ place: `${place}.content.${index}`, block }));
}

function refuseResults(turn: JoinedTurn, before: JoinedTurn | undefined): Refusal | undefined {
  const open = new Set(before ? usesOf(before) : []);
  const seen = new Set<string>();
  for (const { place, block } of turn.blocks) {
    if (block.type !== 'tool_result') continue;
    const id = block.tool_use_id;
    if (!open.has(id)) {
      return invalidRequest(
        `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each ` +
          '`tool_result` block must have a corresponding `tool_use` block in the previous message.',
      );
    }
    if (seen.has(id)) {
      return invalidRequest(
        `${place}: each tool_use must have a single result. ` +
          `Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    }
    seen.add(id);
  }
  return undefined;
}

function refuseOpenUses(turn: JoinedTurn, behind: JoinedTurn | undefined): Refusal | undefined {
  const answered = new Set(behind ? leadingResultsOf(behind) : []);
  const open = usesOf(turn).filter((id) => !answered.has(id));
  if (open.length === 0) return undefined;
  return invalidRequest(
    `${turn.place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately ` +
      `after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding ` +
      '`tool_result` block in the next message.',
  );
}

function usesOf({ blocks }: JoinedTurn): readonly string[] {
  return blocks.flatMap(({ block }) => (block.type === 'tool_use' ? [block.id] : []));
}

/** Only results that stand before anything else count. */
function leadingResultsOf({ blocks }: JoinedTurn): readonly string[] {
  const end = blocks.findIndex(({ block }) => block.type !== 'tool_result');
  const leading = end < 0 ? blocks : blocks.slice(0, end);
  return leading.flatMap(({ block }) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
}
