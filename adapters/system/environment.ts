/** The variables that the process was started with. */

/** Copies the environment, so that later changes on either side do not reach the other. */
export function systemEnvironment(): Record<string, string | undefined> {
  return { ...process.env };
}
