/** A model adapter that plays a script: no network, no surprises, and no call that goes unseen. */
import type {
  ModelAdapter,
  ToolOutput,
  TurnOptions,
  TurnOutput,
  TurnRequest,
} from '../../kernel/index.ts';
import { createScript, type Lines } from './script.ts';
import { SCRIPTED_PROVIDER, scriptedTurn, type ScriptedLine } from './scripted-line.ts';

export interface ScriptedModel extends ModelAdapter {
  /** Every request so far, the unexpected ones included. */
  readonly calls: readonly TurnRequest[];
  /** Throws on an unexpected call, on a failed expectation and on lines that were not used. */
  readonly assertDone: () => void;
}

/**
 * Makes a model that answers from a list of lines, or from one function for every call.
 * A call behind the end of the list rejects with a ScriptError, and so does a failed `expect`;
 * both are kept for `assertDone`, which every test should call at its end.
 * @example
 * const model = scriptedModel([
 *   { tool: 'calendar:create-event', input: { title: 'Lunch' }, intent: 'scheduling' },
 *   { complete: 'Lunch is in your calendar.' },
 * ]);
 */
export function scriptedModel(
  lines: Lines<[request: TurnRequest, options: TurnOptions], ScriptedLine>,
): ScriptedModel {
  const script = createScript('scripted model', lines);
  const calls: TurnRequest[] = [];
  return {
    calls,
    assertDone: script.assertDone,
    executeTurn: async (request, options) => {
      calls.push(request);
      try {
        const line = await script.take(request, options);
        line.expect?.(request);
        for (const text of line.progress ?? []) {
          options.onProgress({ assistant_message: text, provider: SCRIPTED_PROVIDER });
        }
        return await perform(line, options.signal);
      } catch (thrown) {
        throw script.blame(thrown);
      }
    },
  };
}

async function perform(line: ScriptedLine, signal: AbortSignal): Promise<ToolOutput<TurnOutput>> {
  if ('fail' in line) return { success: false, error: line.fail };
  if (!('hang' in line)) return { success: true, data: scriptedTurn(line) };
  await untilAborted(signal);
  return {
    success: false,
    error: { code: 'OPERATION_CANCELED', message: 'The scripted turn was canceled' },
  };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
