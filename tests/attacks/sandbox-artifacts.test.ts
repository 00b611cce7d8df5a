/** What a tool leaves is looked at without following a link, and only where it could write. */
import { link, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from 'troupe/kernel';
import { isSandboxed, openWorkshop, type Workshop } from '../adapters/sandbox/workshop.ts';

const works = await isSandboxed();
let shop: Workshop;
let outside: string;
beforeAll(async () => {
  shop = await openWorkshop();
  outside = await mkdtemp(join(tmpdir(), 'outside-'));
  await writeFile(join(outside, 'secret'), 'secret');
  await shop.put('private/plan', 'the plan');
  await link(join(shop.root, 'private/plan'), join(shop.root, 'calendar/two-names'));
  await symlink(outside, join(shop.root, 'calendar/there'));
});
afterAll(async () => {
  await shop.close();
  await rm(outside, { recursive: true });
});

/** Runs code that leaves something, and says that it wrote the path. */
async function leave(code: string, path: string) {
  const claim = `${code}; return { success: true, metadata: { artifacts_written: ['${path}'] } }`;
  const { artifacts } = await shop.run(claim, { writable: ['calendar/**'] });
  return artifacts?.[0];
}

describe.skipIf(!works)('an artifact', () => {
  test.each(['calendar/new.ics', './calendar/../calendar/new.ics'])(
    '%s has its hash',
    async (path) => {
      expect(await leave('fs.writeFileSync("calendar/new.ics", "made")', path)).toEqual({
        path,
        sha256: sha256('made'),
        bytes: 4,
      });
    },
  );

  test.each([
    ['a link', 'fs.symlinkSync("/etc/passwd", "calendar/link")', 'calendar/link', 'a link'],
    ['behind a link', '', 'calendar/there/secret', 'a link'],
    ['a file with another name elsewhere', '', 'calendar/two-names', 'several names'],
    ['a folder', 'fs.mkdirSync("calendar/folder")', 'calendar/folder', 'no file'],
    ['a pipe', 'child.execSync("mkfifo calendar/pipe")', 'calendar/pipe', 'no file'],
    ['nothing', '', 'calendar/none', 'not there'],
    ['outside of its scopes', '', 'private/plan', 'not granted'],
    ['up and out', '', 'calendar/../private/plan', 'not granted'],
    ['of the machine', '', '/etc/passwd', 'not granted'],
  ])('that is %s is told as none', async (_, code, path, problem) => {
    const said = expect.stringContaining(problem) as unknown;
    expect(await leave(code, path)).toEqual({ path, problem: said });
  });
});
