/**
 * Removes secret values from text before it is kept or shown: as they are, and in the encodings in
 * which they travel (JSON, URL, base64).
 */

/**
 * Characters that a value must have to be looked for. A shorter one would blot out ordinary words,
 * and its absence from them would tell it.
 */
export const SECRET_LENGTH_MIN = 8;

const MARK = '[redacted]';

/** What lies deeper in a value is not searched but taken out, so that no nesting ends the stack. */
const DEPTH_MAX = 1000;

/** Takes known secrets out of text. */
export interface Redactor {
  readonly text: (text: string) => string;
  /** The same for every string and key of a JSON value; its serialised text may lose its shape. */
  readonly value: (value: unknown) => unknown;
}

/**
 * Makes a redactor of some secret values, once for many texts. Values are looked for without the
 * white space around them; those under `SECRET_LENGTH_MIN` characters are not looked for.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const long = secrets.map((secret) => secret.trim()).filter(isLongEnough);
  // The longest first: a secret may be part of another one, or of its own encoding.
  const forms = [...new Set(long.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  const redact = (text: string): string =>
    forms.reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, MARK) : rest), text);
  return {
    text: redact,
    value: (value) => (forms.length === 0 ? value : mapStrings(value, redact)),
  };
}

/** The values of the named variables that are set, for `createRedactor`. */
export function secretValues(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  return names.flatMap((name) =>
    Object.hasOwn(environment, name) ? (environment[name] ?? []) : [],
  );
}

function mapStrings(value: unknown, change: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEPTH_MAX) return MARK;
  const below = (item: unknown): unknown => mapStrings(item, change, depth + 1);
  if (Array.isArray(value)) return value.map(below);
  const members = Object.entries(value);
  return Object.fromEntries(members.map(([key, item]) => [change(key), below(item)]));
}

function isLongEnough(secret: string): boolean {
  return secret.length >= SECRET_LENGTH_MIN;
}

function formsOf(secret: string): readonly string[] {
  const inJson = insideJson(secret);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inForm = new URLSearchParams([['', secret]]).toString().slice('='.length);
  return [
    secret,
    inJson,
    // A tool's answer is JSON in the text of a message, which is JSON again.
    insideJson(inJson),
    inUrl,
    inForm,
    ...[inUrl, inForm].map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())),
    ...base64Forms(secret),
  ];
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * The base64 of a text, alone and inside a longer one (`user:secret`). Three bytes make four
 * characters, so inside it begins at one of three offsets; what neighbours share is left out.
 */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const tail = encoded.endsWith('=') ? encoded.indexOf('=') - 1 : encoded.length;
    return encoded.slice(offset === 0 ? 0 : offset + 1, tail);
  });
  return [bytes.toString('base64'), ...inside].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}
