/** Session machines that are broken on purpose, each in one place. */
import { createMachine, type AnyStateNodeConfig } from 'xstate';
import { sessionMachine } from '../../../machines/index.ts';
import type { SessionMachine } from './explore.ts';

type Parts = Parameters<SessionMachine['provide']>[0];
type Guard = keyof NonNullable<Parts['guards']>;
type Action = keyof NonNullable<Parts['actions']>;

/** The machine with a guard that always answers the same. */
export const answering = (guard: Guard, answer: boolean): SessionMachine =>
  sessionMachine.provide({ guards: { [guard]: () => answer } });

/** The machine with an action that does something else, or nothing. */
export const doing = (action: Action, instead: unknown = () => undefined): SessionMachine =>
  sessionMachine.provide({ actions: { [action]: instead } });

type StateConfig = AnyStateNodeConfig;
type Change = (state: StateConfig) => StateConfig;

/** The machine with another config of one state, named by its path. */
export function changing(path: string, change: Change): SessionMachine {
  const { config, implementations } = sessionMachine;
  const changed = changeAt(config, path.split('.'), change);
  return createMachine(changed as never).provide(
    implementations as never,
  ) as unknown as SessionMachine;
}

function changeAt(state: StateConfig, [key, ...rest]: readonly string[], change: Change): object {
  if (key === undefined) return change(state);
  const child = changeAt(state.states?.[key] ?? {}, rest, change);
  return { ...state, states: { ...state.states, [key]: child } };
}

/** A state whose effect may fail with nobody to handle it. */
export const withoutOnError: Change = ({ invoke, ...state }) => ({
  ...state,
  invoke: { ...invoke, onError: undefined } as never,
});

/** The machine with another answer of one state to one event. */
export const leading = (path: string, event: string, transition: object): SessionMachine =>
  changing(path, (state) => ({ ...state, on: { ...state.on, [event]: transition } }));
