import { expect, it } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { withElapsed } from '../../src/cli/progress.ts';

it('work that does not say how far it has come is seen to go on by a terminal alone, and leaves nothing there', async () => {
  const written: string[] = [];
  let see: () => void = () => undefined;
  const seen = new Promise<string>((resolve) => {
    see = () => {
      resolve('done');
    };
  });
  const streamOf = (isTTY: boolean, write: (text: string) => unknown) => ({ isTTY, write });
  const outputOn = (stderr: ReturnType<typeof streamOf>) =>
    createOutput({ stdout: streamOf(false, () => undefined), stderr, env: {}, color: 'never', quiet: false });
  const terminal = outputOn(
    streamOf(true, (text) => {
      written.push(text);
      see();
    }),
  );
  const pipe = outputOn(
    streamOf(false, () => {
      throw new Error('it was written to');
    }),
  );
  expect(await Promise.all([withElapsed(terminal, 'proving', seen), withElapsed(pipe, 'proving', seen)])).toEqual(['done', 'done']);
  expect(written).toEqual([expect.stringMatching(/^\r\u001b\[Kproving {2}\d+ s$/), '\r\u001b[K']);
  await expect(withElapsed(terminal, 'proving', Promise.reject(new Error('damaged')))).rejects.toThrow('damaged');
});
