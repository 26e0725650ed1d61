import fc from 'fast-check';

/** CI says the same of the same code: its properties are tried with the same values each time. Chance looks for more everywhere else. */
if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: 20_261_128 });
