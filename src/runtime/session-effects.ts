/** The three effects of a session's machine, as whoever governs them provides them. */
import type {
  CallPosition,
  GrantedCall,
  ToolResult,
  ToolDecision,
  TurnPosition,
  TurnResult,
} from '../../machines/index.ts';
import type { Approval } from '../../kernel/index.ts';
import type { SessionFiles } from './session-files.ts';

export interface SessionEffects {
  /** Nothing begins here: what would run waits for a runtime that drives. */
  readonly isWithheld?: true;
  readonly executeTurn: (
    files: SessionFiles,
    position: TurnPosition,
    signal: AbortSignal,
  ) => Promise<TurnResult>;
  readonly decideTool: (files: SessionFiles, position: CallPosition) => Promise<ToolDecision>;
  readonly executeTool: (
    files: SessionFiles,
    call: GrantedCall,
    signal: AbortSignal,
  ) => Promise<ToolResult>;
  /** Answers how to stage the refusal of a call that a person declined, for the model to see. */
  readonly declineTool: (
    files: SessionFiles,
    position: CallPosition,
  ) => Promise<(approval: Approval) => void>;
}
