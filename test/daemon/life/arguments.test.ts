import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/daemon/life/arguments.ts';

describe('the arguments of vaultd', () => {
  it.each([
    [['run'], { port: null, stay: false, show: null }],
    [['run', '--port', '8200', '--stay'], { port: 8200, stay: true, show: null }],
    [['--port=0', 'run'], { port: 0, stay: false, show: null }],
    [['--help'], { show: 'help' }],
    [['run', '-h'], { show: 'help' }],
    [['--version'], { show: 'version' }],
  ])('%j mean %j', (args, expected) => {
    expect(readArguments(args, undefined)).toMatchObject(expected);
  });

  it.each([
    [[]],
    [['start']],
    [['run', 'run']],
    [['run', '--port']],
    [['run', '--port', 'x']],
    [['run', '--port', '65536']],
    [['run', '--port', '-1']],
    [['run', '--unknown']],
  ])('%j mean nothing', (args) => {
    expect(() => readArguments(args, undefined)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('VAULTD_PORT stands in for a missing --port', () => {
    expect(readArguments(['run'], '8200').port).toBe(8200);
    expect(readArguments(['run'], '').port).toBeNull();
    expect(readArguments(['run', '--port', '1'], '8200').port).toBe(1);
    expect(() => readArguments(['run'], 'x')).toThrow('VAULTD_PORT must be a number');
  });
});
