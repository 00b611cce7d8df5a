/** The packs of the workspace: listed, verified, installed, and added with a person's agreement. */
import { describeError, RuntimeError } from '../../kernel/index.ts';
import { didYouMean, loadPins } from '../../config/index.ts';
import { addPack, type PackCandidate } from '../runtime/packs/add.ts';
import { installPacks } from '../runtime/packs/install.ts';
import { parsePackSource } from '../runtime/packs/source.ts';
import { isSound, packStatus, type PackStatus } from '../runtime/packs/status.ts';
import type { CommandContext, Report } from './context.ts';
import { addedText, candidateText, packList, verifiedText } from './render/packs.ts';

/** @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID */
export async function listPacks(context: CommandContext): Promise<Report> {
  const packs = await statusOfPins(context);
  return { value: packs, text: packList(packs, context.style) };
}

/**
 * Recomputes the integrity of every pinned pack, or of one.
 * @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID, USAGE for an id that is not pinned.
 */
export async function verifyPacks(
  context: CommandContext,
  id: string | undefined,
): Promise<Report> {
  return verified(await statusOfPins(context, id), context);
}

/** @throws RuntimeError CONFIG_NOT_FOUND, CONFIG_INVALID */
export async function installMissing(context: CommandContext): Promise<Report> {
  const { folder, pins } = await loadPins(context.workspace);
  return verified(await installPacks(folder, pins, await context.io.environment()), context);
}

export interface AddPackOptions {
  readonly yes?: boolean;
  readonly dev?: boolean;
  readonly registry?: string;
}

/**
 * Shows what a pack brings and may touch, and pins it once somebody has agreed.
 * @throws RuntimeError USAGE, PACK_FETCH_FAILED, PACK_INVALID, CONFIG_*
 */
export async function addPackTo(
  context: CommandContext,
  given: string,
  { yes = false, dev = false, registry }: AddPackOptions,
): Promise<Report> {
  const { io, workspace, style } = context;
  if (!yes && !mayAsk(context)) {
    const message = 'Nobody can be asked here: look at what the pack may touch, and name --yes';
    throw new RuntimeError('USAGE', message);
  }
  const added = await addPack({
    workspace,
    source: parsePackSource(given, io.folder),
    registry_url: registry,
    isDev: dev,
    environment: await io.environment(),
    agree: async (candidate) => {
      io.err(`${candidateText(candidate, style)}\n\n`);
      return yes || askAgreement(context, candidate);
    },
  });
  if (!added) return { value: null, text: 'Nothing was pinned' };
  const next = context.commandLine('config', 'check');
  return { value: { ...added, next: [next] }, text: addedText(added, style, next) };
}

function mayAsk({ io, isJson }: CommandContext): boolean {
  return io.isTerminal && !isJson;
}

/** The first is chosen by a stray Enter, so it does nothing. */
const CHOICES = {
  leave: 'Leave it: nothing is pinned',
  pin: 'Pin it: its tools and rules are part of this workspace',
} as const;

async function askAgreement({ io }: CommandContext, { pin }: PackCandidate): Promise<boolean> {
  const message = `May ${pin.id}@${pin.version} be pinned?`;
  const { signal } = new AbortController();
  return (await io.prompts.choose({ message, choices: CHOICES, signal })) === 'pin';
}

async function statusOfPins(
  { workspace, io }: CommandContext,
  id?: string,
): Promise<readonly PackStatus[]> {
  const { folder, pins } = await loadPins(workspace);
  const chosen = pins.filter((pin) => id === undefined || pin.id === id);
  if (id !== undefined && chosen.length === 0) {
    const known = pins.map((pin) => pin.id);
    const advice = didYouMean(id, known, `Pinned: ${known.join(', ') || 'none'}`);
    throw new RuntimeError('USAGE', `No pack ${id} is pinned. ${advice}`);
  }
  const environment = await io.environment();
  return Promise.all(chosen.map((pin) => packStatus(folder, pin, environment)));
}

function verified(packs: readonly PackStatus[], { style }: CommandContext): Report {
  const [worst] = packs.filter((pack) => !isSound(pack));
  return {
    value: { ok: worst === undefined, packs },
    text: verifiedText(packs, style),
    exit: worst ? describeError(worst.problem?.code ?? 'PACK_INVALID').exit : 0,
  };
}
