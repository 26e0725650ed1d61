import { expect, it } from 'vitest';
import { createBreather } from '../../src/daemon/breather.ts';

it('a long piece of work lets others run where they have waited long, and only then', async () => {
  let time = 0;
  const breathe = createBreather(() => time);
  let ran = 0;
  const steps = async (count: number) => {
    setImmediate(() => (ran += 1));
    for (let i = 0; i < count; i++) await breathe();
  };
  time = 19;
  await steps(1000);
  expect(ran).toBe(0);
  time = 20;
  await steps(1);
  expect(ran).toBe(2);
  await steps(1000);
  expect(ran).toBe(2);
});
