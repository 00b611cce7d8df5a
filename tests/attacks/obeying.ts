/**
 * Sessions of a model that asks for whatever somebody wants it to ask for, and what comes of it:
 * what its tools saw, what evidence holds of the refusals, and whether that verifies.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createRuntime, defineTool, type Runtime, type RuntimeOptions } from 'troupe';
import type { EvidenceEntry, ToolCapability } from 'troupe/kernel';
import { scriptedModel } from 'troupe/testing';

/** What a tool was called with, as it tells itself. */
export interface Seen {
  readonly tool: string;
  readonly input: unknown;
}

export interface Refused {
  readonly tool: string;
  readonly code: string;
  /** What the model is told, and why: none is refused without a word. */
  readonly message: string;
}

export interface Outcome {
  readonly state: string;
  readonly seen: readonly Seen[];
  readonly refused: readonly Refused[];
  readonly verified: boolean;
}

/** A tool that takes any object and writes down what it got. */
export const recording = (name: string, seen: Seen[]): ToolCapability =>
  defineTool({
    name,
    description: `Does ${name}.`,
    input: z.looseObject({}),
    run: (input) => {
      seen.push({ tool: name, input });
      return { done: name };
    },
  });

export interface Wish {
  readonly tool: string;
  readonly input?: unknown;
}

export interface Scene extends RuntimeOptions {
  readonly names: readonly string[];
  readonly wishes: readonly Wish[];
  readonly start?: object;
}

/** Has a model ask for one thing after the other, and answers what became of it. */
export async function obey({ names, wishes, start, ...options }: Scene): Promise<Outcome> {
  const seen: Seen[] = [];
  const wanted = wishes.map(({ tool, input }) => ({ tool, input: input ?? {} }));
  const runtime = await createRuntime({
    model: scriptedModel([...(wanted as never[]), { complete: 'Done.' }]),
    tools: names.map((name) => recording(name, seen)),
    ...options,
  });
  const begin = { session_id: 's', message: 'go', ...start };
  const { state } = await (await runtime.sessions.start(begin)).settled();
  const outcome = { state, seen, ...(await recorded(runtime)) };
  await runtime.close();
  return outcome;
}

/** What evidence holds of a session's refusals, and whether it verifies. */
export async function recorded(
  runtime: Runtime,
  session_id = 's',
): Promise<Pick<Outcome, 'refused' | 'verified'>> {
  const entries = await Array.fromAsync(runtime.evidence.read(session_id));
  const { ok } = await runtime.evidence.verify(session_id);
  return { refused: entries.flatMap(refusal), verified: ok };
}

function refusal(entry: EvidenceEntry): readonly Refused[] {
  if (entry.kind !== 'tool_call_denied') return [];
  const { code = '', message = '' } = entry.error ?? {};
  return [{ tool: entry.tool_name, code, message }];
}

/** Has something done in a folder with this workspace.yaml, and leaves nothing behind. */
export async function inWorkspace<Result>(
  yaml: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-attack-'));
  try {
    await writeFile(join(folder, 'workspace.yaml'), yaml);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
