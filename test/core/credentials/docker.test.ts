import { describe, expect, it } from 'vitest';
import { parseDockerCredential } from '../../../src/core/credentials/docker-credential.ts';
import { dockerTag, noServerWords, notFoundWords, noUsernameWords, serverSite } from '../../../src/core/credentials/docker-protocol.ts';

describe("docker's words", () => {
  it('are those that it compares with', () => {
    expect([notFoundWords, noServerWords, noUsernameWords]).toEqual([
      'credentials not found in native keychain',
      'no credentials server URL',
      'no credentials username',
    ]);
    expect(dockerTag).toBe('docker');
  });

  it.each([
    ['https://index.docker.io/v1/', 'https', 'index.docker.io', 'v1/'],
    ['https://index.docker.io/v1/access-token', 'https', 'index.docker.io', 'v1/access-token'],
    ['http://localhost:5000', 'http', 'localhost:5000', ''],
    ['registry.example:5000/team', 'https', 'registry.example:5000', 'team'],
    ['ghcr.io', 'https', 'ghcr.io', ''],
    ['ghcr.io//x', 'https', 'ghcr.io', '/x'],
    ['a?b\nc', 'https', 'a', '?b\nc'],
    ['a#b', 'https', 'a', '#b'],
    ['a?b/c', 'https', 'a', '?b/c'],
    ['', 'https', '', ''],
  ])('of a server %j mean a site', (server, protocol, host, path) => {
    expect(serverSite(server)).toEqual({ protocol, host, path });
  });
});

describe('what docker stores', () => {
  const given = { ServerURL: 'ghcr.io', Username: 'me', Secret: 'hunter2' };

  it('is an address, a name and a secret', () => {
    expect(parseDockerCredential(JSON.stringify({ ...given, More: 1 }))).toEqual(given);
  });

  it.each(['', 'null', '{}', ...Object.keys(given).map((key) => JSON.stringify({ ...given, [key]: 1 }))])('is not %s', (text) => {
    expect(parseDockerCredential(text)).toBeNull();
  });
});
