/**
 * Lets the tool modules of a workspace import `troupe` and `zod` where the workspace has not
 * installed them: those that this program runs with stand in. What is installed there comes first.
 */
import { registerHooks } from 'node:module';

const LENT = /^(?:troupe|zod)(?:\/|$)/;

let isLending = false;

/** Takes effect for every module that is loaded from now on; calling it again changes nothing. */
export function lendOwnPackages(): void {
  if (isLending) return;
  isLending = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (!LENT.test(specifier)) return next(specifier, context);
      try {
        return next(specifier, context);
      } catch (thrown) {
        if (!isMissing(thrown)) throw thrown;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND';
}
