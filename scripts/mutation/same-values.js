// @ts-check
import { configureGlobal } from 'fast-check';

// Whether a fault is found depends on the fault, not on what was drawn; that it is found is enough, the smallest example is not wanted.
configureGlobal({ seed: 1, endOnFailure: true });
