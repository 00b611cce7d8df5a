/** The tools of the simulated desk: one of each temper. */
import { z } from 'zod';
import { defineTool } from 'troupe';
import type { PolicyLayer, Recovery, ToolCapability, ToolRun } from 'troupe/kernel';
import type { ManualClock } from 'troupe/testing';
import { ALLOW, asks, denies } from '../scenarios/desk.ts';
import type { Effect } from '../support/history.ts';
import { recordedTool } from '../support/recorded-tool.ts';

const input = z.strictObject({ text: z.string() });
type Run = (given: z.output<typeof input>, run: ToolRun) => unknown;

/** How long the slow tools take. */
const SLOW_MS = 5_000;

export const POLICY: readonly PolicyLayer[] = [
  ALLOW,
  asks('notes:ask'),
  asks('notes:ask-again'),
  denies('notes:deny'),
];

/** What the next process may be configured with. */
export const STRICTER: readonly PolicyLayer[] = [...POLICY, denies('notes:ask')];

export const TOOL_NAMES = [
  ...(['notes:write', 'notes:again', 'notes:look', 'notes:ask', 'notes:ask-again'] as const),
  ...(['notes:deny', 'notes:throw', 'notes:slow', 'notes:deaf', 'notes:nothing'] as const),
];

/** Makes the tools of one life; what they do goes to `effects`, whoever lives. */
export function simulatedTools(clock: ManualClock, effects: Effect[]): readonly ToolCapability[] {
  const written: Run = ({ text }) => ({ written: text });
  const later = (resolve: (value: unknown) => void): void =>
    void clock.alarm.set(clock.now() + SLOW_MS, () => resolve({ written: 'slowly' }));
  const tool = (name: string, recovery: Recovery, run: Run): ToolCapability =>
    defineTool({
      ...{ name, description: 'Writes a note.', input, recovery, run },
      ...(recovery === 'probe' && { probe: (key: string) => Promise.resolve(look(effects, key)) }),
    });
  const tools = [
    tool('notes:write', 'manual', written),
    tool('notes:again', 'retry', written),
    tool('notes:look', 'probe', written),
    tool('notes:ask', 'manual', written),
    tool('notes:ask-again', 'retry', written),
    tool('notes:deny', 'manual', written),
    tool('notes:throw', 'manual', () => Promise.reject(new Error('no paper'))),
    tool('notes:slow', 'manual', (_, { signal }) =>
      Promise.race([new Promise(later), untilStopped(signal)]),
    ),
    tool('notes:deaf', 'retry', () => new Promise(later)),
  ];
  return tools.map((one) => recordedTool(one, effects));
}

function look(effects: readonly Effect[], key: string) {
  const happened = effects.some(({ effect_id }) => effect_id === key);
  const output = { success: true, data: { probed: true } };
  return happened ? ({ happened, output } as const) : ({ happened } as const);
}

const untilStopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
