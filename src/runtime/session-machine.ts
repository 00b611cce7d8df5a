/** The session machine with its slots filled by whoever hosts it: one copy for all sessions. */
import { fromPromise } from 'xstate';
import {
  sessionMachine,
  type CallPosition,
  type GrantedCall,
  type ToolResult,
  type ToolDecision,
  type TurnPosition,
  type TurnResult,
} from '../../machines/index.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionFiles } from './session-files.ts';

type Perform<Result> = (
  effects: SessionEffects,
  files: SessionFiles,
  signal: AbortSignal,
) => Promise<Result>;

/** What the machine hears of an effect. */
export type EffectNews = TurnResult | ToolDecision | ToolResult;

/** Finds the session that an effect is for, and runs the effect within its bounds. */
export type RunEffect = <Result extends EffectNews>(
  session_id: string,
  signal: AbortSignal,
  perform: Perform<Result>,
) => Promise<Result>;

/** Fills the slots of the session machine; done once, because it builds the machine anew. */
export function provideEffects(run: RunEffect): typeof sessionMachine {
  return sessionMachine.provide({
    actors: {
      executeTurn: fromPromise<TurnResult, TurnPosition>(({ input, signal }) =>
        run(input.session_id, signal, (effects, files, stop) =>
          effects.executeTurn(files, input, stop),
        ),
      ),
      decideTool: fromPromise<ToolDecision, CallPosition>(({ input, signal }) =>
        run(input.session_id, signal, (effects, files) => effects.decideTool(files, input)),
      ),
      executeTool: fromPromise<ToolResult, GrantedCall>(({ input, signal }) =>
        run(input.session_id, signal, (effects, files, stop) =>
          effects.executeTool(files, input, stop),
        ),
      ),
    },
  });
}
