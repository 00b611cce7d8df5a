/** What the exit codes of `troupe` mean; those of errors are in the error table of the kernel. */

/** Ended by Ctrl-C or SIGTERM, after the session was parked. */
export const INTERRUPTED_EXIT = 130;

/** A defect: nothing that the error table knows. */
export const UNEXPECTED_EXIT = 70;

export const EXIT_CODES: readonly (readonly [exit: number, meaning: string])[] = [
  [0, 'done; a session is complete, or waits for the next message or its time'],
  [2, 'the command or workspace.yaml has to be mended'],
  [3, 'there is no such session, approval or tool'],
  [4, 'a rule or a person stood against it'],
  [5, 'the session is parked and needs a person'],
  [6, 'not possible in the present state'],
  [7, 'a model provider or a tool failed'],
  [8, 'the store cannot be used'],
  [9, 'the evidence does not verify'],
  [UNEXPECTED_EXIT, 'a defect of Troupe, or of a tool module'],
  [INTERRUPTED_EXIT, 'stopped by Ctrl-C; the session is parked'],
];

/** Writes the table for the help texts. */
export function exitCodesHelp(): string {
  const rows = EXIT_CODES.map(([exit, meaning]) => `  ${String(exit).padEnd(5)}${meaning}`);
  return ['Exit codes:', ...rows].join('\n');
}
