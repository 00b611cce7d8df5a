/** The pins of a workspace.yaml by themselves: read where packs are missing, and written. */
import { isAlias, isMap, isSeq, parseDocument as parseYaml, YAMLSeq, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { RuntimeError } from '../kernel/index.ts';
import { crossCheck } from './cross-checks.ts';
import { parseDocument, type DocumentKind } from './document.ts';
import { packPin, workspaceConfig, workspaceJsonSchema, type PackPin } from './schema.ts';

/** The other sections may be wrong, or belong to a pack that is not there. */
const pinned = z.looseObject({ packs: workspaceConfig.shape.packs });

export const PINS: DocumentKind<{ readonly packs: readonly PackPin[] }> = {
  name: 'workspace.yaml',
  schema: pinned,
  jsonSchema: workspaceJsonSchema,
  crossCheck,
};

/**
 * The text of a workspace.yaml with a pin added, or the pin of that id replaced. Comments and the
 * order of everything else stay.
 * @throws RuntimeError CONFIGURATION_ERROR where the pins are aliases, or what comes out is wrong.
 */
export function withPin(text: string, pin: PackPin): string {
  const document = parseYaml(text);
  const pins = document.get('packs') ?? new YAMLSeq();
  if (!isSeq(pins) || pins.items.some(isAlias)) throw refusal('write the list of pins out');
  if (pins.items.length === 0) {
    pins.flow = false;
    document.set('packs', pins);
  }
  const present = pins.items.find((item) => isMap(item) && item.get('id') === pin.id);
  if (isMap(present)) replaceFields(present, pin);
  else pins.add(document.createNode(pin));
  const written = document.toString({ lineWidth: 0 });
  const [problem] = parseDocument(PINS, written).problems;
  if (problem) throw refusal(`${problem.path}: ${problem.message}`);
  return written;
}

function refusal(why: string): RuntimeError {
  return new RuntimeError('CONFIGURATION_ERROR', `The pin cannot be written: ${why}`);
}

function replaceFields(present: YAMLMap, pin: PackPin): void {
  for (const field of Object.keys(packPin.shape)) {
    const value: unknown = pin[field as keyof PackPin];
    if (value === undefined) present.delete(field);
    else present.set(field, value);
  }
}
