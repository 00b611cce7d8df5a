/** Door `troupe/inspect`: session actors in the Stately inspector. */
export { statelyInspector, type StatelyAdapter, type StatelyTarget } from './stately.ts';
