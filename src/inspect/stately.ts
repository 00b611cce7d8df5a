/** Hands the session actors to the Stately inspector, without the texts that they carry. */
import type { InspectionEvent, Observer } from 'xstate';
import type { StatelyInspectionEvent } from '@statelyai/inspect';

/** Where inspection events go, where it is no WebSocket: a recorder, a page, a test. */
export interface StatelyAdapter {
  readonly send: (event: StatelyInspectionEvent) => void;
}

/** The `ws:` URL of an inspector, or an adapter. */
export type StatelyTarget = string | StatelyAdapter;

/**
 * Makes the observer for `createRuntime({ inspect })`. Needs the package `@statelyai/inspect`,
 * which a host installs if it wants this. Messages and inputs are not in a session's context;
 * the one text that is, an escalation's, is left out, and so are errors and results of effects.
 * @example
 * const runtime = await createRuntime({ inspect: await statelyInspector('ws://127.0.0.1:8080') });
 */
export async function statelyInspector(target: StatelyTarget): Promise<Observer<InspectionEvent>> {
  const { createInspector, createWebSocketInspector } = await import('@statelyai/inspect');
  const inspector =
    typeof target === 'string'
      ? createWebSocketInspector({ ...SANITIZED, url: target })
      : createInspector({ send: (event) => target.send(event) }, SANITIZED);
  return inspector.inspect;
}

/** What effects answer, and how they fail: texts of models, tools and providers. */
const CARRIERS = ['output', 'error', 'data'];

const withoutCarriers = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !CARRIERS.includes(key))) as Value;

const SANITIZED = {
  autoStart: true,
  sanitizeContext: <Context>(context: Context): Context => {
    // Effects are actors too, and have no context.
    const { escalation } = (context ?? {}) as { escalation?: Record<string, unknown> | null };
    if (!escalation) return context;
    const { reason, code } = escalation;
    return { ...context, escalation: { reason, code } };
  },
  sanitizeEvent: <Event extends object>(event: Event): Event => withoutCarriers(event),
  serialize: <Told extends StatelyInspectionEvent>(event: Told): Told =>
    'snapshot' in event ? { ...event, snapshot: withoutCarriers(event.snapshot) } : event,
};
