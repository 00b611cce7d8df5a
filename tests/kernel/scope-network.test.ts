/** Network grants: what an entry may look like, what it admits, and where two of them meet. */
import { describe, expect, test } from 'vitest';
import { hostName } from '../../kernel/scope/hosts.ts';
import {
  admitsAddress,
  admitsHost,
  coversReach,
  intersectReach,
} from '../../kernel/scope/network.ts';
import { entryProblem } from '../../kernel/scope/network-entries.ts';

test.each([
  '10.0.0.0/8',
  '10.0.0.0/8:443',
  '[fe80::/10]:443',
  'fe80::/10',
  '[::1]:80',
  '*.a:1',
  'a:*',
  'localhost:8080',
  '1.2.3.4:80',
])('%s is an entry', (entry) => expect(entryProblem(entry)).toBeUndefined());

test.each([
  '',
  'a',
  '10.0.0.1',
  '::1:80',
  '*:1',
  '**:1',
  'a*.b:1',
  '*.10.0.0.1:1',
  'a:0',
  'a:99999',
  'a:-1',
  'http://a:1',
  'a/b:1',
  'user@a:1',
  'a b:1',
  '10.0.0.0/33',
  'fe80::/129',
  'a?x:1',
])('%j is none', (entry) => expect(entryProblem(entry)).toContain('is not host:port'));

test.each([
  ['127.1', '127.0.0.1'],
  ['0x7f.1', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['LOCALHOST', 'localhost'],
  ['localhost.', 'localhost'],
  ['bücher.de', 'xn--bcher-kva.de'],
  ['ｅxample.com', 'example.com'],
  ['a b', undefined],
  ['evil.com#@a', undefined],
  ['a/b', undefined],
  ['a\\b', undefined],
  ['fe80::1%eth0', undefined],
  ['', undefined],
])('the host %j is %j', (host, name) => expect(hostName(host)).toBe(name));

describe('what a grant admits', () => {
  test.each([
    ['a.example:443', 'a.example', 443, true],
    ['a.example:443', 'A.Example.', 443, true],
    ['a.example:443', 'a.example', 80, false],
    ['a.example:443', 'a.example.evil.com', 443, false],
    ['*.example:443', 'a.example', 443, true],
    ['*.example:443', 'a.b.example', 443, true],
    ['*.example:443', 'example', 443, false],
    ['*.example:443', 'evilexample', 443, false],
    ['a.example:*', 'a.example', 22, true],
    ['127.0.0.0/8', '127.0.0.1', 80, true],
    ['127.0.0.0/8', '0x7f.1', 80, true],
    ['127.0.0.0/8', '::ffff:127.0.0.1', 80, true],
    ['127.0.0.0/8', '[::ffff:7f00:1]', 80, true],
    ['127.0.0.0/8', 'localhost', 80, false],
    ['127.0.0.1:80', '127.0.0.2', 80, false],
    ['[::1]:80', '0:0:0:0:0:0:0:1', 80, true],
    ['not an entry', 'a', 80, false],
  ])('%s: %s port %i is %s', (entry, host, port, isAdmitted) => {
    expect(admitsHost([entry], host, port)).toBe(isAdmitted);
  });

  test('off admits nothing and full everything that is a host', () => {
    expect(admitsHost('off', 'a', 1)).toBe(false);
    expect(admitsHost('full', 'a', 1)).toBe(true);
    expect(admitsHost('full', 'a b', 1)).toBe(false);
  });
});

describe('a name that resolves to an address of this machine or its networks', () => {
  test.each([
    ['a.example:443', 'a.example', '93.184.216.34', true],
    ['a.example:443', 'a.example', '127.0.0.1', false],
    ['a.example:443', 'a.example', '10.0.0.1', false],
    ['a.example:443', 'a.example', '169.254.169.254', false],
    ['a.example:443', 'a.example', '100.64.0.1', false],
    ['a.example:443', 'a.example', '0.0.0.0', false],
    ['a.example:443', 'a.example', '::1', false],
    ['a.example:443', 'a.example', 'fd00::1', false],
    ['a.example:443', 'a.example', '::ffff:10.0.0.1', false],
    ['a.example:443', 'a.example', 'no address', false],
    ['localhost:443', 'localhost', '127.0.0.1', true],
    ['localhost:443', 'localhost', '::1', true],
    ['localhost:443', 'localhost', '10.0.0.1', false],
    ['10.0.0.0/8', '10.0.0.1', '10.0.0.1', true],
  ])('%s: %s at %s is %s', (entry, host, address, isAdmitted) => {
    expect(admitsAddress([entry], host, address, 443)).toBe(isAdmitted);
  });

  test('needs a grant of its range beside that of its name', () => {
    const reach = ['db.internal:443', '10.0.0.0/8:443'];
    expect(admitsAddress(reach, 'db.internal', '10.0.0.1', 443)).toBe(true);
    expect(admitsAddress(reach, 'db.internal', '192.168.0.1', 443)).toBe(false);
  });
});

test.each([
  ['a:1,b:1', 'b:1,c:1', 'b:1'],
  ['*.x:1', 'a.x:1,a.y:1', 'a.x:1'],
  ['*.x:1', '*.a.x:1', '*.a.x:1'],
  ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16'],
  ['10.0.0.0/8:443', '10.1.0.0/16', '10.1.0.0/16:443'],
  ['10.0.0.0/8', '11.0.0.0/8', ''],
  ['10.0.0.0/8', 'a:1', ''],
  ['[fe80::/10]:1', '[fe80::1]:*', '[fe80::1]:1'],
  ['a:*', 'A:5', 'a:5'],
  ['a:1', 'nonsense', ''],
])('%s meets %s in [%s]', (a, b, met) => {
  const found = intersectReach(a.split(','), b.split(','));
  expect(found === 'off' ? '' : [...found].toString()).toBe(met);
  expect(coversReach(a.split(','), found)).toBe(true);
  expect(coversReach(b.split(','), found)).toBe(true);
});
