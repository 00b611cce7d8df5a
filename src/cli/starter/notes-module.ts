/** The tool module that `troupe init` writes: small tools with real effects; a test runs them. */

export const NOTES_MODULE = `\
/**
 * Three tools over Markdown files in notes/. Each may run again after a crash without harm, as
 * writing the same note twice or deleting one that is gone changes nothing: \`recovery: 'retry'\`.
 * A tool that cannot say that of itself leaves \`recovery\` out, and a person decides.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineTool } from 'troupe';
import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .describe('Name of the note: lower case letters, digits and hyphens.');

const READ = { type: 'path', pattern: 'notes/**', access: 'read' } as const;
const WRITE = { type: 'path', pattern: 'notes/**', access: 'write' } as const;

/** Troupe calls this once with the folder of workspace.yaml. */
export function tools({ root }: { readonly root: string }) {
  const folder = join(root, 'notes');
  const fileOf = (note: string): string => join(folder, \`\${note}.md\`);

  return [
    defineTool({
      name: 'notes:list',
      description: 'Lists all notes with their text.',
      input: z.strictObject({}),
      permission: 'read',
      scopes: [READ],
      recovery: 'retry',
      run: async () => {
        await mkdir(folder, { recursive: true });
        const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).sort();
        const notes = files.map(async (file) => ({
          name: file.slice(0, -'.md'.length),
          text: await readFile(join(folder, file), 'utf8'),
        }));
        return { notes: await Promise.all(notes) };
      },
    }),

    defineTool({
      name: 'notes:write',
      description: 'Writes a note; one of the same name is replaced.',
      input: z.strictObject({ name, text: z.string().max(20_000).describe('Markdown.') }),
      scopes: [WRITE],
      recovery: 'retry',
      run: async ({ name: note, text }) => {
        await mkdir(folder, { recursive: true });
        await writeFile(fileOf(note), text);
        return { path: \`notes/\${note}.md\` };
      },
    }),

    defineTool({
      name: 'notes:delete',
      description: 'Deletes a note for good.',
      input: z.strictObject({ name }),
      scopes: [WRITE],
      recovery: 'retry',
      run: async ({ name: note }) => {
        await rm(fileOf(note), { force: true });
        return { deleted: note };
      },
    }),
  ];
}
`;
