/** Emphasis for terminals; plain text where there are no colours. */
import { styleText } from 'node:util';

export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly notable: (text: string) => string;
}

type Format = Parameters<typeof styleText>[0];

/** Makes the styles; without colours each of them leaves its text as it is. */
export function createStyle(hasColors: boolean): Style {
  const styled =
    (format: Format) =>
    (text: string): string =>
      hasColors ? styleText(format, text, { validateStream: false }) : text;
  return {
    strong: styled('bold'),
    faint: styled('dim'),
    good: styled('green'),
    bad: styled('red'),
    notable: styled('yellow'),
  };
}
