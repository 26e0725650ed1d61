import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | null = null;

/** V8's garbage collector, which only a flag shows to programs; a V8 without it collects when it wants to. */
function exposed(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => void Reflect.apply(collect, undefined, []) : () => undefined;
}

/** Collects garbage now: some 10 ms in which nothing else runs. */
export function collectGarbage(): void {
  collector ??= exposed();
  collector();
}

/** So many entries are opened between two collections: few enough collections to cost no time that could be measured (a first list of 10,000). */
const openedBetween = 2500;

/**
 * For work that opens entry after entry, to be called with how many: collects garbage now and then. Each entry leaves a dozen of OpenSSL's objects
 * on malloc's heap, of which V8 sees handles only: it would let tens of megabytes come together, and the heap stays as large as it once was.
 */
export function createRelief(collect: () => void = collectGarbage): (opened: number) => void {
  let lying = 0;
  return (opened) => {
    lying += opened;
    if (lying < openedBetween) return;
    collect();
    lying = 0;
  };
}
