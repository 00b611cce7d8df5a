/** Pinned packs for people: where they are from, how they stand, what they may touch. */
import type { PackPin } from '../../../config/index.ts';
import type { AddedPack, PackCandidate } from '../../runtime/packs/add.ts';
import type { PackContents, PackState, PackStatus } from '../../runtime/packs/status.ts';
import { printableLine } from '../printable.ts';
import { scopesText } from './scopes.ts';
import type { Style } from './style.ts';
import { pairs } from './table.ts';

/** Each pack with what it brings, or with what is wrong with it. */
export function packList(packs: readonly PackStatus[], style: Style): string {
  if (packs.length === 0) return 'No packs are pinned';
  return packs.map((pack) => statusText(pack, style)).join('\n\n');
}

/** One line a pack, and what is wrong below. */
export function verifiedText(packs: readonly PackStatus[], style: Style): string {
  if (packs.length === 0) return 'No packs are pinned';
  return packs.map((pack) => headline(pack, style)).join('\n');
}

/** What somebody agrees to who pins the pack. */
export function candidateText({ pin, brings, replaces }: PackCandidate, style: Style): string {
  const before = replaces && `${replaces.version}, ${replaces.integrity}`;
  const facts = { from: originOf(pin), integrity: pin.integrity, replaces: before };
  return [title(pin, style), pairs({ ...facts, ...contentFacts(brings) }, style)].join('\n');
}

/** What was done, and what comes next. */
export function addedText({ pin, file, brings }: AddedPack, style: Style, next: string): string {
  const section = brings.config_key;
  return [
    `${style.good('Pinned')} ${printableLine(`${pin.id}@${pin.version} in ${file}`)}`,
    ...(section === undefined ? [] : [`Its settings go below ${printableLine(section)}: there`]),
    style.faint('next'),
    `  ${printableLine(next)}`,
  ].join('\n');
}

function statusText(pack: PackStatus, style: Style): string {
  const { pin, folder, state, brings } = pack;
  const facts = {
    from: originOf(pin),
    at: state === 'built_in' ? undefined : folder,
    integrity: pin.integrity,
    ...(brings && contentFacts(brings)),
  };
  return [headline(pack, style), pairs(facts, style)].join('\n');
}

const WORDS: Readonly<Record<PackState, string>> = {
  ok: 'ok',
  dev: 'dev, whatever is there is trusted',
  built_in: 'built in',
  missing: 'NOT INSTALLED',
  altered: 'ALTERED',
  invalid: 'INVALID',
};

function headline({ pin, state, problem }: PackStatus, style: Style): string {
  const isSound = problem === undefined;
  const emphasis = isSound ? (state === 'dev' ? style.notable : style.good) : style.bad;
  const line = `${title(pin, style)}  ${emphasis(WORDS[state])}`;
  return problem ? `${line}\n  ${printableLine(`${problem.code}: ${problem.message}`)}` : line;
}

function title({ id, version }: PackPin, style: Style): string {
  return style.strong(printableLine(`${id}@${version}`));
}

function originOf({ id, source, url = '', commit = '', ...pin }: PackPin): string {
  switch (source) {
    case 'local':
      return 'this workspace';
    case 'git':
      return `${url}#${commit}`;
    case 'registry':
      return `npm:${pin.package ?? id}${pin.registry_url ? ` of ${pin.registry_url}` : ''}`;
  }
}

function contentFacts(brings: PackContents): Record<string, string | undefined> {
  const { description, tools, required_scopes, allowed_scopes, required_env, policies } = brings;
  return {
    about: description,
    tools: listed(tools),
    'they need': scopesText(required_scopes),
    'at most': allowed_scopes.length === 0 ? 'what they need' : scopesText(allowed_scopes),
    variables: listed(required_env),
    rules: listed(policies),
    settings: brings.config_key,
  };
}

function listed(names: readonly string[]): string {
  return names.join(', ') || 'none';
}
