/** Names and URLs on the wire: there and back, never two alike. */
import { describe, expect, test } from 'vitest';
import { allowlistEntryOf, endpointOf, sameEndpoint } from '../../../adapters/provider/index.ts';
import { createToolNames } from '../../../adapters/provider/shared/tool-names.ts';

describe('tool names', () => {
  const LONG = `calendar:${'x'.repeat(119)}`;

  test.each([
    ['calendar:create-event', 'calendar__create-event'],
    ['fs.read', 'fs_read'],
    ['plain_name-1', 'plain_name-1'],
    [LONG, `calendar__${'x'.repeat(54)}`],
    ['Ünï:cödé', '_n___c_d_'],
    ['', '_'],
  ])('%s is %s', (name, wire) => {
    const names = createToolNames([name]);
    expect(names.toWire(name)).toBe(wire);
    expect(names.fromWire(wire)).toBe(name);
  });

  const COLLIDING = ['a:b', 'a__b', 'a.b', 'a_b', 'a:_b', 'a_.b', LONG, `${LONG}y`, 'respond'];

  test('no two meet, all are legal, and each comes back', () => {
    const names = createToolNames(COLLIDING, ['respond']);
    const wires = COLLIDING.map(names.toWire);
    expect(new Set(wires).size).toBe(COLLIDING.length);
    for (const wire of wires) expect(wire).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(wires.map(names.fromWire)).toEqual(COLLIDING);
    expect(wires).not.toContain('respond');
  });

  test('legal names keep themselves, in whatever order the table is made', () => {
    const there = createToolNames(COLLIDING);
    const back = createToolNames(COLLIDING.toReversed());
    expect(COLLIDING.map(there.toWire)).toEqual(COLLIDING.map(back.toWire));
    for (const name of ['a__b', 'a_b', 'respond']) expect(there.toWire(name)).toBe(name);
  });

  test('a name of the transcript gets a place of its own', () => {
    const names = createToolNames(['a:b']);
    expect(names.toWire('a__b')).toBe('a__b_2');
    expect(names.fromWire('a__b_2')).toBe('a__b');
    expect(names.fromWire('nobody-knows:it')).toBe('nobody-knows:it');
  });
});

describe('endpoints', () => {
  test.each([
    ['openai_compatible', 'https://host/', 'https://host/v1/chat/completions'],
    ['openai_compatible', 'https://host', 'https://host/v1/chat/completions'],
    ['openai_compatible', 'https://HOST:443/v1/', 'https://host/v1/chat/completions'],
    ['openai_compatible', 'https://host/v1/chat/completions', 'https://host/v1/chat/completions'],
    ['openai_compatible', 'https://host/v1/chat/completions/', 'https://host/v1/chat/completions'],
    [
      'openai_compatible',
      'http://127.0.0.1:8080/api',
      'http://127.0.0.1:8080/api/chat/completions',
    ],
    [
      'openai_compatible',
      'https://h/d?api-version=1#x',
      'https://h/d/chat/completions?api-version=1',
    ],
    ['messages_compatible', 'https://host/', 'https://host/v1/messages'],
    ['messages_compatible', 'https://host/v1', 'https://host/v1/messages'],
    ['messages_compatible', 'https://host/v1/messages', 'https://host/v1/messages'],
    ['messages_compatible', 'https://host/anthropic', 'https://host/anthropic/v1/messages'],
    ['messages_compatible', 'https://host/anthropic/v1/', 'https://host/anthropic/v1/messages'],
    ['messages_compatible', 'https://host/api/messages', 'https://host/api/messages'],
  ] as const)('%s %s is %s', (kind, base_url, endpoint) => {
    expect(endpointOf(kind, base_url)).toBe(endpoint);
    expect(endpointOf(kind, endpoint)).toBe(endpoint);
    expect(sameEndpoint(kind, base_url, endpoint)).toBe(true);
  });

  test.each(['', 'host/v1', 'ftp://host/', 'file:///etc/passwd', 'https://key@host/', 'https://'])(
    '%o is no endpoint and equals none',
    (text) => {
      expect(endpointOf('openai_compatible', text)).toBeUndefined();
      expect(sameEndpoint('openai_compatible', text, text)).toBe(false);
      expect(allowlistEntryOf(text)).toBeUndefined();
    },
  );

  test.each([
    ['https://host/', 'https://other/'],
    ['https://host/', 'http://host/'],
    ['https://host/', 'https://host:8443/'],
    ['https://host/a', 'https://host/b'],
    ['https://host/v1?a=1', 'https://host/v1?a=2'],
  ])('%s is another endpoint than %s', (left, right) => {
    expect(sameEndpoint('openai_compatible', left, right)).toBe(false);
  });

  test.each([
    ['https://provider.example.com/v1/messages', 'provider.example.com:443'],
    ['http://provider.example.com/', 'provider.example.com:80'],
    ['https://provider.example.com:8443/x', 'provider.example.com:8443'],
    ['http://[::1]:9/', '[::1]:9'],
  ])('%s needs %s on the allowlist', (base_url, entry) => {
    expect(allowlistEntryOf(base_url)).toBe(entry);
  });

  test('a megabyte of slashes is read in one pass', () => {
    const url = `https://host/${'/'.repeat(1_000_000)}x${'/'.repeat(1_000_000)}`;
    expect(endpointOf('openai_compatible', url)?.endsWith('/x/chat/completions')).toBe(true);
  });
});
