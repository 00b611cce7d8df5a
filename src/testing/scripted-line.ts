/** The lines of a scripted model, and the turn that each of them stands for. */
import type {
  RequestedTool,
  ToolError,
  TurnOutput,
  TurnRequest,
  Usage,
} from '../../kernel/index.ts';

/** What every line may say beside its outcome. */
interface LineExtras {
  /** Default `general`. */
  readonly intent?: string;
  readonly usage?: Usage;
  /** Default `tool_calls` for tools, `stop` otherwise. */
  readonly finish_reason?: string;
  /** Looks at the request that this line answers; throws when it is not the expected one. */
  readonly expect?: (request: TurnRequest) => void;
  /** Reported one after the other before the turn ends: the text so far, each time. */
  readonly progress?: readonly string[];
}

/** The model says something and waits for the next message. */
interface ReplyLine extends LineExtras {
  readonly reply: string;
}

/** The model ends the session. */
interface CompleteLine extends LineExtras {
  readonly complete: string;
}

/** The model hands over to a person. */
interface EscalateLine extends LineExtras {
  readonly escalate: string;
}

/** The model asks for one tool, perhaps with a word on it. */
interface ToolLine extends LineExtras {
  readonly tool: string;
  /** Default `{}`. */
  readonly input?: Readonly<Record<string, unknown>>;
  readonly say?: string;
}

/** The model asks for several tools in one turn. */
interface ToolsLine extends LineExtras {
  readonly tools: readonly { readonly tool: string; readonly input?: ToolLine['input'] }[];
  readonly say?: string;
}

/** The turn fails with this error. */
interface FailLine extends LineExtras {
  readonly fail: ToolError;
}

/** The turn does not end until its signal is aborted; then it fails with OPERATION_CANCELED. */
interface HangLine extends LineExtras {
  readonly hang: true;
}

export type TurnLine = ReplyLine | CompleteLine | EscalateLine | ToolLine | ToolsLine;
export type ScriptedLine = TurnLine | FailLine | HangLine;

/** Every scripted turn says that it came from here. */
export const SCRIPTED_PROVIDER = { kind: 'scripted', model: 'scripted' } as const;

/** The turn that a line stands for. */
export function scriptedTurn(line: TurnLine): TurnOutput {
  const common = {
    intent: line.intent ?? 'general',
    provider: SCRIPTED_PROVIDER,
    finish_reason:
      line.finish_reason ?? ('tool' in line || 'tools' in line ? 'tool_calls' : 'stop'),
    ...(line.usage && { usage: line.usage }),
  };
  if ('reply' in line) return { status: 'reply', assistant_message: line.reply, ...common };
  if ('complete' in line)
    return { status: 'complete', assistant_message: line.complete, ...common };
  if ('escalate' in line)
    return { status: 'escalate', assistant_message: line.escalate, ...common };
  const [first, ...others] = requested(line);
  return {
    status: 'tool_request',
    assistant_message: line.say ?? '',
    ...(first && { requested_tool: first }),
    ...(first && others.length > 0 && { requested_tools: [first, ...others] }),
    ...common,
  };
}

function requested(line: ToolLine | ToolsLine): readonly RequestedTool[] {
  const wanted = 'tools' in line ? line.tools : [line];
  return wanted.map(({ tool, input }) => ({ name: tool, input: { ...input } }));
}
