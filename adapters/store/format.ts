/** The marker that makes a LevelDB ours: written with the store, read at every opening. */
import type { Level } from 'level';
import { z } from 'zod';
import { parseJson } from './codec.ts';
import { readFailure, writeFailure } from './failures.ts';
import { foreignFailure } from './folder.ts';
import { encodeKey } from './keys.ts';

const FORMAT = 'troupe-store';
const VERSION = 1;
const MARKER_KEY = encodeKey('meta', ['format']);
const MARKER = JSON.stringify({ format: FORMAT, version: VERSION });

const otherVersion = z.object({ format: z.literal(FORMAT), version: z.int() });

/** Marks an empty database as ours; refuses one that is not, or that a newer Troupe wrote. */
export async function claimFormat(database: Level, folder: string): Promise<void> {
  const { marker, isEmpty } = await look(database).catch((cause: unknown) => {
    throw readFailure(folder, cause);
  });
  if (marker === MARKER) return;
  if (!isEmpty) throw foreignFailure(folder, describeMarker(marker));
  // An empty database is new, or was when its maker died on the line before this one.
  await database.put(MARKER_KEY, MARKER, { sync: true }).catch((cause: unknown) => {
    throw writeFailure(folder, cause);
  });
}

async function look(database: Level): Promise<{ marker: string | undefined; isEmpty: boolean }> {
  const [firstKey] = await database.keys({ limit: 1 }).all();
  return { marker: await database.get(MARKER_KEY), isEmpty: firstKey === undefined };
}

function describeMarker(marker: string | undefined): string {
  const other = parseJson(otherVersion, marker ?? '');
  return other
    ? `its format has version ${other.version}, this Troupe reads version ${VERSION}`
    : 'its database is of another program';
}
