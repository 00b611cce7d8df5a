/** Text of a workspace.yaml in, config or every problem of it out. */
import { z } from 'zod';
import { contentHash } from '../kernel/index.ts';
import { crossCheck } from './cross-checks.ts';
import { parseDocument, type DocumentKind } from './document.ts';
import type { Problem } from './problems.ts';
import {
  packPin,
  withSections,
  workspaceJsonSchema,
  type PackPin,
  type PackSections,
  type WorkspaceConfig,
} from './schema.ts';
import { readYaml } from './yaml-tree.ts';

/** What a workspace.yaml has to be, given the sections that its packs add. */
export function workspaceKind(sections: PackSections = {}): DocumentKind<WorkspaceConfig> {
  const schema = withSections(sections);
  return {
    name: 'workspace.yaml',
    schema,
    jsonSchema: () => workspaceJsonSchema(schema),
    crossCheck,
  };
}

/** The pins of a workspace.yaml that may still be wrong elsewhere; none where they are wrong. */
export function readPins(text: string): readonly PackPin[] {
  const parsed = z.looseObject({ packs: z.array(packPin) }).safeParse(readYaml(text).content?.data);
  return parsed.success ? parsed.data.packs : [];
}

/** `config` is there exactly when `problems` is empty. */
export type ParsedWorkspace =
  | { readonly config: WorkspaceConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly Problem[] };

/**
 * Parses a workspace.yaml and reports all problems at once, in the order of the file. Never
 * throws. `file` is the name that problems carry.
 * @example
 * const { config, problems } = parseWorkspace('agent_runtme: {}');
 * // problems[0].remedy => 'Did you mean agent_runtime?'
 */
export function parseWorkspace(
  text: string,
  { file, sections }: { readonly file?: string; readonly sections?: PackSections } = {},
): ParsedWorkspace {
  const { value, problems } = parseDocument(workspaceKind(sections), text, file);
  return value ? { config: value, problems: [] } : { config: undefined, problems };
}

/** Identifies what a config means: comments, order of keys and formatting do not matter. */
export function configHash(config: WorkspaceConfig): string {
  return contentHash(config);
}
