/** An npm registry on loopback with one version of one package, whose scripts must not run. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Registry {
  readonly url: string;
  /** A file that is there once a script of the package has run. */
  readonly marker: string;
  readonly close: () => Promise<void>;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Text of its manifest.yaml. */
  readonly manifest: string;
}

/** Starts a registry that makes its package below the folder. */
export async function startRegistry(folder: string, pack: Package): Promise<Registry> {
  const { name, version, manifest } = pack;
  const marker = join(folder, 'a-script-ran');
  const made = join(folder, 'package');
  await mkdir(made);
  const scripts = { install: `touch ${marker}`, postinstall: `touch ${marker}` };
  const described = { name, version, scripts };
  await writeFile(join(made, 'package.json'), JSON.stringify(described));
  await writeFile(join(made, 'manifest.yaml'), manifest);
  const tarball = execFileSync('tar', ['-cz', '-C', folder, 'package']);
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return void response.end(tarball);
    const dist = { tarball: `${url}/package.tgz` };
    response.setHeader('content-type', 'application/json');
    const versions = { [version]: { ...described, dist } };
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, marker },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
