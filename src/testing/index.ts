/** The testing kit: stand-ins for the model, its server, the clock, the ids and the store. */
export { memoryStore } from '../../adapters/index.ts';
export { manualClock, type ManualClock } from './manual-clock.ts';
export { modelTurn, type ModelTurn } from './model-server/model-turn.ts';
export { startModelServer } from './model-server/server.ts';
export type {
  AnsweredCall,
  ModelFault,
  FinishReason,
  ModelAnswer,
  ModelServer,
  ModelServerOptions,
  OfferedTool,
  ProviderKind,
  ReceivedRequest,
  Refusal,
  ServedRequest,
} from './model-server/contract.ts';
export { ScriptError, type LineFunction, type Lines } from './script.ts';
export type { ScriptedLine } from './scripted-line.ts';
export { scriptedModel, type ScriptedModel } from './scripted-model.ts';
export { seededIds, seededRandom, type Random } from './seeded-ids.ts';
export {
  faultyStore,
  storeConformance,
  type Fault,
  type FaultyStore,
  type StoreCapabilities,
  type StoreCase,
  type StoreSubject,
} from '../../adapters/index.ts';
