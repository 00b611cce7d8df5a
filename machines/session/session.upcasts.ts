/** Carries sessions that an older version of the machine saved over to the next one. */
import type { Upcast } from '../envelope.ts';

/**
 * By the version that a step starts from. None yet: there is one version. Whoever changes a state
 * key or a context key raises the machine's version and adds its step here.
 */
export const sessionUpcasts: Readonly<Record<string, Upcast>> = {};
