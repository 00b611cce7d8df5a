/** The files that a tool says it wrote, looked at when it is gone, and without following a link. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import { matchesPath, messageOf, type Artifact, type SandboxProfile } from '../../kernel/index.ts';
import { LinkInTheWay, placeOf, withPlace } from './places.ts';

/** Of more than this many the rest is not looked at. */
const ARTIFACTS_MAX = 1_000;

/** The paths that an answer names in its metadata, as tools of the earlier system do. */
export function claimedArtifacts(answer: unknown): readonly string[] {
  const { metadata } = (answer ?? {}) as { metadata?: { artifacts_written?: unknown } };
  const claimed = metadata?.artifacts_written;
  if (!Array.isArray(claimed)) return [];
  return claimed.filter((one) => typeof one === 'string').slice(0, ARTIFACTS_MAX);
}

/** Answers what is at each path: a hash of what the tool could write, or why it is none. */
export async function inspectArtifacts(
  paths: readonly string[],
  { premises, writable }: SandboxProfile,
): Promise<readonly Artifact[]> {
  const root = await realpath(premises.root);
  const artifacts: Artifact[] = [];
  for (const path of paths) {
    const normal = posix.normalize(path);
    const isGranted = writable.some((pattern) => matchesPath(pattern, normal));
    artifacts.push(
      isGranted ? await inspect(root, path, normal) : { path, problem: 'not granted' },
    );
  }
  return artifacts;
}

async function inspect(root: string, path: string, normal: string): Promise<Artifact> {
  try {
    const found = await withPlace(root, normal, (handle) => describe(path, handle));
    return found ?? { path, problem: 'not there' };
  } catch (error) {
    if (error instanceof LinkInTheWay) return { path, problem: 'a link, or behind one' };
    return { path, problem: messageOf(error) };
  }
}

async function describe(path: string, handle: FileHandle): Promise<Artifact> {
  const place = await placeOf(handle);
  if (place.kind !== 'file') return { path, problem: 'no file' };
  // Under another name it may lie where the tool could not write.
  if (place.links > 1n) return { path, problem: 'a file with several names' };
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of handle.createReadStream({
    autoClose: false,
  }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, sha256: hash.digest('hex'), bytes };
}
