/**
 * Words that already have another name in this house. A word is looked for as one word of a name
 * (`jobCount`, `job_count`), so that longer words that contain it are safe.
 */
export interface BannedWord {
  readonly words: readonly string[];
  readonly instead: string;
}

/** Words that must not stand in an exported name or a wire field. */
export const BANNED_WORDS: readonly BannedWord[] = [
  { words: ['step', 'round', 'iteration'], instead: 'turn (of a model) or effect' },
  { words: ['goal'], instead: 'intent' },
  { words: ['verdict'], instead: 'decision' },
  { words: ['consent', 'confirmation'], instead: 'approval' },
  { words: ['audit'], instead: 'evidence' },
  { words: ['job'], instead: 'task, or node of a workflow' },
  { words: ['cron'], instead: 'schedule' },
  { words: ['pool'], instead: 'lane' },
  { words: ['webhook', 'hook'], instead: 'sensor event, or bridge' },
  { words: ['dump'], instead: 'snapshot, envelope or checkpoint' },
  { words: ['kill'], instead: 'cancel' },
  { words: ['manager', 'helper', 'helpers', 'util', 'utils'], instead: 'the thing that it does' },
];

/** Shortened words. `id`, `url`, `json`, `http`, `sse` and `dag` are words here. */
export const ABBREVIATIONS: readonly BannedWord[] = [
  { words: ['msg', 'msgs'], instead: 'message' },
  { words: ['req', 'res', 'resp'], instead: 'request, response or result' },
  { words: ['opts'], instead: 'options' },
  { words: ['ctx'], instead: 'context' },
  { words: ['cfg', 'conf'], instead: 'config' },
  { words: ['cb'], instead: 'the name of what is called' },
  { words: ['evt', 'ev'], instead: 'event' },
  { words: ['idx'], instead: 'index' },
  { words: ['cnt'], instead: 'count' },
  { words: ['tmp', 'temp'], instead: 'what it is for' },
  { words: ['arr', 'obj', 'str', 'num', 'val'], instead: 'what it holds' },
];

/** File names that say nothing about what the file owns. */
export const BANNED_FILE_NAMES = ['utils', 'util', 'common', 'misc', 'helpers', 'helper', 'types'];
