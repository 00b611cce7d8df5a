/** Door `troupe/machines`: the charts and their types, for embedding, drawing and checking. */
export { sessionMachine } from './session/session.machine.ts';
export { initialContext } from './session/session.context.ts';
export { reachedLimit } from './session/session.guards.ts';
export { sessionUpcasts } from './session/session.upcasts.ts';
export type {
  CallPosition,
  GrantedCall,
  SessionContext,
  SessionEvent,
  SessionInput,
  SessionOutput,
  ToolResult,
  ToolDecision,
  TurnPosition,
  TurnResult,
} from './session/session.types.ts';
export { slot } from './slots.ts';
export { envelope, upcast, type Envelope, type Upcast } from './envelope.ts';
export {
  toDefinition,
  toMermaid,
  toStates,
  toTable,
  type StateRow,
  type TransitionRow,
} from './describe.ts';
export { effectsIn, type RunningEffect } from './running.ts';
export { currentCall } from './session/session.setup.ts';
