/**
 * The kinds of value that workspace.yaml is made of: names, variables, addresses, paths.
 * Each error text states what was expected; problems.ts adds what came and the remedy.
 */
import { z } from 'zod';

/** Text that is not blank. */
export const text = z.string().trim().min(1);

/** The name of an environment variable, never its value. */
export const environmentName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, {
    error: 'expected the name of an environment variable (capitals, digits and _)',
  })
  .max(128);

/** An absolute http(s) URL without a user name or password in it. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an absolute http(s) URL', abort: true })
  .refine((url) => !hasCredentials(url), {
    error: 'expected a URL without a user name or password',
  });

/** Semantic version 2.0.0. */
export const semanticVersion = z
  .string()
  .regex(/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/, {
    error: 'expected a semantic version',
  })
  .meta({ examples: ['0.1.0'] });

/** What a pack must hash to; `dev` trusts whatever is there. */
export const packIntegrity = z
  .string()
  .regex(/^(?:dev|sha256:[0-9a-f]{64})$/, { error: 'expected dev, or sha256: and 64 hex digits' })
  .meta({ examples: ['dev'] });

/** A path inside the workspace folder: no leading slash, no `..`, `/` between its parts. */
export const workspacePath = z
  .string()
  .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\:\0]+$/, {
    error: 'expected a path inside the workspace folder (no leading /, no .., no \\ or :)',
  })
  .max(1024);

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
