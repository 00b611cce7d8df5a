/**
 * Reads the words out of an envelope that is still being written, so that people can follow a
 * turn as it streams. Each character is looked at once; what comes out is never the last word.
 */

/** Takes the next piece of text; answers the message so far. */
export type MessageDecoder = (piece: string) => string;

const MESSAGE_KEY = 'assistant_message';

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Where the decoder stands in the text. */
interface State {
  /** `fence` waits for the envelope behind the opening of a markdown fence. */
  form: 'unknown' | 'fence' | 'envelope' | 'prose';
  depth: number;
  /** What the string that is open is; undefined between strings. */
  open: 'key' | 'message' | 'other' | undefined;
  /** An escape that is not whole yet, from its backslash on. */
  escape: string;
  key: string;
  isValueNext: boolean;
  message: string;
}

/** Makes a decoder for one text: prose comes out as it is, an envelope as its message. */
export function createMessageDecoder(): MessageDecoder {
  const state: State = {
    form: 'unknown',
    depth: 0,
    open: undefined,
    escape: '',
    key: '',
    isValueNext: false,
    message: '',
  };
  return (piece) => {
    for (const character of piece.split('')) take(state, character);
    return withoutHalfCharacter(state.message);
  };
}

function take(state: State, character: string): void {
  switch (state.form) {
    case 'prose':
      state.message += character;
      return;
    case 'envelope':
      if (state.open) takeInString(state, character);
      else takeBetweenStrings(state, character);
      return;
    case 'fence':
    case 'unknown':
      takeOpening(state, character);
  }
}

function takeOpening(state: State, character: string): void {
  if (character === '{') {
    state.form = 'envelope';
    state.depth = 1;
  } else if (character === '`') {
    state.form = 'fence';
  } else if (state.form === 'unknown' && character.trim() !== '') {
    state.form = 'prose';
    state.message = character;
  }
}

function takeBetweenStrings(state: State, character: string): void {
  if (character === '"') openString(state);
  else if (character === '{' || character === '[') state.depth += 1;
  else if (character === '}' || character === ']') state.depth -= 1;
  else if (state.depth === 1 && character === ':') state.isValueNext = true;
  else if (state.depth === 1 && character === ',') state.isValueNext = false;
}

function openString(state: State): void {
  if (state.depth !== 1) {
    state.open = 'other';
  } else if (!state.isValueNext) {
    state.open = 'key';
    state.key = '';
  } else if (state.key === MESSAGE_KEY) {
    state.open = 'message';
    state.message = '';
  } else {
    state.open = 'other';
  }
}

function takeInString(state: State, character: string): void {
  if (state.escape !== '') takeInEscape(state, state.escape + character);
  else if (character === '\\') state.escape = character;
  else if (character === '"') state.open = undefined;
  else append(state, character);
}

function takeInEscape(state: State, escape: string): void {
  const isUnicode = escape.startsWith('\\u');
  if (isUnicode && escape.length < '\\u0000'.length) {
    state.escape = escape;
    return;
  }
  state.escape = '';
  const escaped = escape.slice(1);
  append(
    state,
    isUnicode
      ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
      : (ESCAPES[escaped] ?? escaped),
  );
}

function append(state: State, character: string): void {
  if (state.open === 'message') state.message += character;
  else if (state.open === 'key') state.key += character;
}

/** A character outside the basic plane comes in two halves; the first alone is not shown. */
function withoutHalfCharacter(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
