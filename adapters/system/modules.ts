/** Modules of a workspace, loaded by path. */
import { pathToFileURL } from 'node:url';

/** Loads a module by its absolute path; rejects with whatever the module throws. */
export async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
}
