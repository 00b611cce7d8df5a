/** How large anything in the house may grow before it has to be split, and how small it may be. */

/** Lines of a file, comments and blank lines included. */
export const FILE_LINES_MAX = 250;

/** Lines of a function, from its signature to its closing brace. */
export const FUNCTION_LINES_MAX = 70;

/** Columns of a line of code. */
export const COLUMNS_MAX = 100;

/** Lines of the README: a newcomer reads it in one sitting. */
export const README_LINES_MAX = 200;

/** Invariants that ARCHITECTURE.md states, each with the test that holds it. */
export const INVARIANTS_MIN = 12;
