/** What is no option is refused by name, before anything is opened. */
import { expect, test } from 'vitest';
import { createRuntime, type RuntimeOptions } from 'troupe';

test.each([
  [null, 'expected object'],
  ['workspace.yaml', 'expected object'],
  [{ stores: './store' }, 'stores'],
  [{ store: '' }, 'store: expected a path'],
  [{ store: {} }, 'store'],
  [{ tools: [{ name: 'a:b' }] }, 'tools.0.input_schema'],
  [{ model: {} }, 'model: expected an object with executeTurn'],
  [{ models: { fast: null } }, 'models.fast'],
  [{ policy: [{ level: 'workspace' }] }, 'policy.0.rules'],
  [{ rules: [{ id: 'a', decision: 'alow', tools: ['*'] }] }, 'rules.0.decision'],
  [{ layers: {} }, 'layers'],
  [{ evidence: { key: 'x' } }, 'evidence'],
  [{ evidence: { signer: { sign: () => '' } } }, 'evidence.signer: expected an object with sign'],
  [{ evidence: { trusted: [{ verify: () => true }] } }, 'evidence.trusted.0: expected a key_id'],
  [{ recover: 'no' }, 'recover'],
  [{ system: { clock: {} } }, 'system.clock: expected an object with now'],
])('%j', async (options, named) => {
  await expect(createRuntime(options as RuntimeOptions)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining(named) as string,
  });
});
