/** What the checkers object to today and is still to be mended: a row goes with its defect. */
interface KnownDefect {
  readonly objection: RegExp;
  readonly defect: string;
}

const KNOWN: readonly KnownDefect[] = [
  {
    objection: /^ends: .* has no end, and nobody will give it one$/,
    defect: 'a call that a cancel or a limit left behind stays open when the process ends then',
  },
  {
    objection: /^(ends|chain): .*( again after it (had )?succeeded|, which is not open)$/,
    defect: 'a retry behind a wall limit runs a call again that still runs, or succeeded late',
  },
  {
    objection: /^limits: .* goes over max_wall_ms_per_session/,
    defect: 'the time of an effect that the wall limit cut off is not counted',
  },
];

/** The objections that nobody knows of yet. */
export const unknownAmong = (violations: readonly string[]): readonly string[] =>
  violations.filter((violation) => !KNOWN.some(({ objection }) => objection.test(violation)));
