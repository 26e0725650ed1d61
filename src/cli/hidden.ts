/** Commands that people do not type, and that do not show in help: the first one clears the clipboard after the command that filled it. */
export const clearCommand = 'clear-clipboard';

/** Gives the shells' completion scripts what may follow. */
export const completeCommand = 'complete-line';

/** The credential helpers, which bin/git-credential-vault and bin/docker-credential-vault start. */
export const helperCommands = { git: 'helper-git', docker: 'helper-docker' } as const;

/** Rates passwords for the audit. */
export const rateCommand = 'rate-passwords';

/** Writes the manual pages into a directory: the build calls it. */
export const pagesCommand = 'manual-pages';
