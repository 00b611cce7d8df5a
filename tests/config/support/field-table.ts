/** The field table of config/README.md, made from the JSON Schema that the zod schema gives. */
import type { z } from 'zod';
import { workspaceJsonSchema } from '../../../config/index.ts';
import { markdownTable } from '../../tidy/generate/error-table.ts';

type Field = z.core.JSONSchema.BaseSchema;

const HEAD = ['field', 'what', 'default', 'meaning'];

/** Writes every field of workspace.yaml as a Markdown table, in the order of the schema. */
export function fieldTable(): string {
  return markdownTable([HEAD, ...rowsBelow(workspaceJsonSchema(), '')]);
}

function rowsBelow(field: Field, path: string): string[][] {
  const required = new Set(field.required);
  const named = Object.entries(field.properties ?? {}).flatMap(([key, property]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return rowsOf(property as Field, name, required.has(key));
  });
  const { additionalProperties, items } = field;
  const ofNames = isField(additionalProperties) ? rowsBelow(additionalProperties, `${path}.*`) : [];
  const ofItems = isField(items) ? rowsBelow(items, `${path}[]`) : [];
  return [...named, ...ofNames, ...ofItems];
}

function rowsOf(field: Field, path: string, isRequired: boolean): string[][] {
  const standard = isRequired ? 'needed' : defaultOf(field);
  const row = [`\`${path}\``, kindOf(field), standard, field.description ?? ''];
  return [row, ...rowsBelow(field, path)].map((cells) => cells.map(escapePipes));
}

function defaultOf(field: Field): string {
  const value: unknown = field.default;
  if (value === undefined) return '';
  const isEmpty = typeof value === 'object' && Object.keys(value ?? {}).length === 0;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return isEmpty ? 'empty' : `\`${shown}\``;
}

function kindOf(field: Field): string {
  if (field.enum) return field.enum.map((choice) => `\`${String(choice)}\``).join(', ');
  switch (field.type) {
    case 'array':
      return 'list';
    case 'object':
      return isField(field.additionalProperties) ? 'mapping by name' : 'mapping';
    case 'integer':
      return `whole number${boundsOf(field)}`;
    case 'boolean':
      return '`true` or `false`';
    default:
      return field.format === 'uri' ? 'URL' : 'text';
  }
}

function boundsOf({ minimum, exclusiveMinimum, maximum }: Field): string {
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined;
  const least = minimum ?? above;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least === undefined) return '';
  return most === undefined ? ` from ${least}` : ` from ${least} to ${most}`;
}

function isField(value: unknown): value is Field {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escapePipes(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
