/** Set by the build from package.json. */
declare const VAULT_VERSION: string | undefined;

/** The program's version; sources that run without a build (tests, scripts) call themselves a version older than any release. */
export const version = typeof VAULT_VERSION === 'string' ? VAULT_VERSION : '0.0.0';
