/**
 * What has to hold between the values of a workspace.yaml. Looks at the raw data leniently, so
 * that these findings come together with those of the schema, not after them.
 */
import { z } from 'zod';
import type { Finding, Path } from './problems.ts';
import { didYouMean, listed, quote } from './wording.ts';

const maybeText = z.string().optional().catch(undefined);
const rules = z.array(z.object({ id: maybeText }).catch({})).catch([]);

/** Just enough of the shape to look across it; what does not fit reads as absent. */
const outline = z.object({
  packs: z
    .array(
      z
        .object({
          id: maybeText,
          source: maybeText,
          url: z.unknown().optional(),
          commit: z.unknown().optional(),
        })
        .catch({}),
    )
    .catch([]),
  lanes: z
    .array(z.object({ id: maybeText, policy_overrides: rules }).catch({ policy_overrides: [] }))
    .catch([]),
  policies: rules,
  agent_runtime: z
    .object({
      default_model: maybeText,
      models: z.record(z.string(), z.unknown()).optional().catch(undefined),
    })
    .catch({}),
});
type Outline = z.infer<typeof outline>;

/** Finds what the schema cannot see. */
export function crossCheck(data: unknown): Finding[] {
  const seen = outline.safeParse(data);
  if (!seen.success) return [];
  return [
    ...repeated('pack', ['packs'], seen.data.packs),
    ...repeated('lane', ['lanes'], seen.data.lanes),
    ...repeatedRules(seen.data),
    ...gitPins(seen.data.packs),
    ...defaultModel(seen.data.agent_runtime),
    ...baseUrls(seen.data.agent_runtime.models ?? {}),
  ];
}

/** Ids are cited by evidence and by callers: each may stand for one thing only. */
function repeated(what: string, list: Path, items: readonly { id?: string | undefined }[]) {
  const findings: Finding[] = [];
  const firstIndex = new Map<string, number>();
  for (const [index, { id }] of items.entries()) {
    if (id === undefined) continue;
    const first = firstIndex.get(id) ?? index;
    firstIndex.set(id, first);
    if (first === index) continue;
    findings.push({
      path: [...list, index, 'id'],
      at: 'value',
      message: `expected an id of its own, received ${quote(id)} of ${what} ${first + 1} again`,
      remedy: 'Rename or remove one of the two',
    });
  }
  return findings;
}

function repeatedRules({ policies, lanes }: Outline): Finding[] {
  const ofLanes = lanes.flatMap((lane, index) =>
    repeated('rule', ['lanes', index, 'policy_overrides'], lane.policy_overrides),
  );
  return [...repeated('rule', ['policies'], policies), ...ofLanes];
}

function gitPins(packs: Outline['packs']): Finding[] {
  return packs.flatMap(({ source, url, commit }, index): Finding[] => {
    if (source !== 'git') return [];
    const missing = (key: string, given: unknown, remedy: string): Finding[] => {
      if (given !== undefined && given !== null) return [];
      const message = `expected a ${key}, as source is git; received nothing`;
      return [{ path: ['packs', index, key], at: 'value', message, remedy }];
    };
    return [
      ...missing('url', url, 'Add: url: https://git.example/pack.git'),
      ...missing('commit', commit, 'Run troupe packs add, which writes the whole pin'),
    ];
  });
}

function defaultModel({ default_model, models }: Outline['agent_runtime']): Finding[] {
  if (default_model === undefined || models === undefined) return [];
  if (Object.hasOwn(models, default_model)) return [];
  const names = Object.keys(models);
  return [
    {
      path: ['agent_runtime', 'default_model'],
      at: 'value',
      message: `expected the name of a model profile, received ${quote(default_model)}`,
      remedy: didYouMean(default_model, names, `Name one of models: ${listed(names)}`),
    },
  ];
}

function baseUrls(models: Readonly<Record<string, unknown>>): Finding[] {
  return Object.entries(models).flatMap(([name, profile]): Finding[] => {
    if (typeof profile !== 'object' || profile === null || Array.isArray(profile)) return [];
    if ('base_url' in profile || 'base_url_env' in profile) return [];
    return [
      {
        path: ['agent_runtime', 'models', name],
        at: 'key',
        message: 'expected base_url or base_url_env, received neither',
        remedy: 'Add: base_url_env: AGENT_RUNTIME_BASE_URL',
      },
    ];
  });
}
