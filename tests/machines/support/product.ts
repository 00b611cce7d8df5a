/**
 * The session machine under a policy, as one thing that can be walked: the machine, the compiled
 * rules and the life of approvals are the real ones, and only the model, the people and the tools
 * are everything that they might be. Sentences are judged on what ran, on every path.
 */
import { initialTransition, type ActorLogic } from 'xstate';
import {
  getAdjacencyMap,
  getShortestPaths,
  type AdjacencyMap,
  type AdjacencyValue,
} from 'xstate/graph';
import { agentRuntimeLayer, historyBook, patternsOf } from '../../../kernel/index.ts';
import { configuredLayers, parseWorkspace } from '../../../config/index.ts';
import { sessionMachine } from '../../../machines/index.ts';
import {
  answered,
  begun,
  decided,
  ended,
  said,
  told,
  type Execution,
  type Place,
  type Rules,
  type World,
} from './product-kernel.ts';
import { stateOf } from './rules.ts';

/** What has to hold of every call that runs. */
export type Sentence = (execution: Execution) => boolean;

export type ProductEvent =
  | { readonly type: 'model.asks'; readonly tools: readonly string[]; readonly intent: string }
  | { readonly type: 'model.replies' | 'kernel.decides' | 'tool.finishes' | 'tool.dies' }
  | { readonly type: 'person.says'; readonly by: string; readonly yes: boolean }
  | {
      readonly type: 'approval.runs_out' | 'user.writes' | 'operator.retries' | 'operator.goes_on';
    };

const LIMITS = { max_turns_per_session: 2, max_tool_calls_per_session: 2 };

/** Compiles a workspace.yaml to what is in force in one of its lanes. */
function rulesOf(yaml: string, lane: string): Rules {
  const { config, problems } = parseWorkspace(yaml);
  if (!config) throw new Error(problems.map(({ message }) => message).join('; '));
  const intents = agentRuntimeLayer(config.agent_runtime?.intents);
  const layers = [...configuredLayers(config, lane), intents];
  const patterns = layers.flatMap(({ rules }) => rules.flatMap(patternsOf));
  return { layers, book: historyBook(patterns), lane };
}

/** A workspace.yaml, and the lanes in which a session may be. */
export interface Workspace {
  readonly yaml: string;
  readonly lanes: readonly string[];
}

/** Every call that runs on some path of a session of two turns and two calls, each kind once. */
export function executions({ yaml, lanes }: Workspace, world: World): readonly Execution[] {
  const ran = lanes.flatMap((lane) => {
    const map: AdjacencyMap<Place, ProductEvent> = getAdjacencyMap(
      logicOf(rulesOf(yaml, lane), world),
      { events: (place) => eventsAt(place, world), serializeState: nameOf },
    );
    const visits: readonly AdjacencyValue<Place, ProductEvent>[] = Object.values(map);
    return visits.flatMap(({ state }) => state.ran ?? []);
  });
  return [...new Map(ran.map((one) => [JSON.stringify(one), one])).values()];
}

/** Finds the shortest way to a call that breaks a sentence; null where none leads there. */
export function breach(
  { yaml, lanes }: Workspace,
  world: World,
  holds: Sentence,
): readonly ProductEvent[] | null {
  let isFound = false;
  const isBroken = ({ ran }: Place): boolean => ran !== undefined && !holds(ran);
  for (const lane of lanes) {
    const [path] = getShortestPaths(logicOf(rulesOf(yaml, lane), world), {
      events: (place) => (isFound ? [] : eventsAt(place, world)),
      serializeState: nameOf,
      stopWhen: (place) => {
        isFound ||= isBroken(place);
        return isFound;
      },
      toState: isBroken,
    });
    if (path) return path.steps.slice(1).map(({ event }) => event);
  }
  return null;
}

function logicOf(rules: Rules, world: World): ActorLogic<Place, ProductEvent> {
  return {
    getInitialSnapshot: () => {
      const [session] = initialTransition(sessionMachine, { session_id: 's', limits: LIMITS });
      return {
        ...{ status: 'active', output: undefined, error: undefined, session },
        ...{ asked: [], intent: '', facts: new Set(), before: [], agreed: [] },
        ...{ approval: undefined, isRunning: false, ran: undefined },
      };
    },
    transition: (place, event) => {
      const next = heard(rules, world, { ...place, ran: undefined }, event);
      return isExecuting(next) && !isExecuting(place) ? begun(rules, next) : next;
    },
    getPersistedSnapshot: (place) => place,
  };
}

function eventsAt({ session }: Place, world: World): readonly ProductEvent[] {
  switch (stateOf(session)) {
    case 'awaiting_turn.executing':
      return [{ type: 'model.replies' }, ...wishes(world)];
    case 'awaiting_turn.idle':
      return [{ type: 'user.writes' }];
    case 'tool_request.deciding':
      return [{ type: 'kernel.decides' }];
    case 'tool_request.executing':
      return [{ type: 'tool.finishes' }, { type: 'tool.dies' }];
    case 'approval_required':
      return [
        { type: 'approval.runs_out' },
        ...Object.keys(world.people).flatMap((by) =>
          [true, false].map((yes) => ({ type: 'person.says' as const, by, yes })),
        ),
      ];
    case 'escalate':
      return [{ type: 'operator.retries' }, { type: 'operator.goes_on' }];
    default:
      return [];
  }
}

const wishes = ({ tools, intents }: World): readonly ProductEvent[] =>
  intents.flatMap((intent) =>
    tools.flatMap((one) =>
      [[one], ...tools.map((other) => [one, other])].map((asked) => {
        return { type: 'model.asks' as const, tools: asked, intent };
      }),
    ),
  );

const turn = (status: string, call_count: number) => ({
  ...{ kind: 'finished', status, call_count },
  ...{ input_tokens: 1, output_tokens: 1, cost_microusd: 0, duration_ms: 1 },
});

function heard(rules: Rules, world: World, place: Place, event: ProductEvent): Place {
  switch (event.type) {
    case 'model.asks': {
      const { tools, intent } = event;
      const asking = { ...place, asked: tools, intent };
      return answered(asking, 'executeTurn', turn('tool_request', tools.length));
    }
    case 'model.replies':
      return answered(place, 'executeTurn', turn('reply', 0));
    case 'user.writes':
      return told(place, { type: 'message.received' });
    case 'kernel.decides':
      return decided(rules, place);
    case 'tool.finishes':
      return answered(
        place,
        'executeTool',
        place.isRunning ? { kind: 'finished', duration_ms: 1 } : { kind: 'grant_void' },
      );
    case 'tool.dies':
      return answered(place, 'executeTool', { kind: 'in_doubt', message: 'nobody knows' });
    case 'person.says':
      return said(world, place, event);
    case 'approval.runs_out':
      return ended(place);
    case 'operator.retries':
      return told(place, { type: 'escalation.retried' });
    case 'operator.goes_on':
      return told(place, { type: 'escalation.continued' });
  }
}

const isExecuting = ({ session }: Place): boolean => stateOf(session) === 'tool_request.executing';

/** Names a place by all that its future can depend on; what has the same name is one place. */
function nameOf({ session, approval, facts, ...place }: Place): string {
  const { turn_count, tool_call_count, call_in_turn, escalated_from } = session.context;
  const { asked, intent, before, agreed, isRunning, ran } = place;
  return JSON.stringify([
    [session.value, turn_count, tool_call_count, call_in_turn, escalated_from],
    [asked, intent, before, [...facts].toSorted(), isRunning, ran],
    [approval?.status, approval?.votes?.map(({ approved_by }) => approved_by), agreed],
  ]);
}
