/** Door `troupe`: runtimes, sessions, and the verbs of the earlier system under their names. */
export { createRuntime } from './runtime/create-runtime.ts';
export type { RuntimeOptions, SystemParts } from './runtime/options.ts';
export type { PolicyEngine, Runtime, ToolHost } from './runtime/runtime.ts';
export type { CancelOptions, Sessions } from './runtime/sessions.ts';
export type { StartOptions } from './runtime/session-options.ts';
export type { SessionHandle } from './runtime/session-handle.ts';
export type { Listener, RuntimeEvent } from './runtime/event-stream.ts';
export {
  createApprovalResolutionMessage,
  createHostContextMessages,
  createToolResultMessage,
} from './runtime/messages.ts';
export { VERSION } from './runtime/version.ts';
export { defineTool, isRuntimeError, RuntimeError } from '../kernel/index.ts';
