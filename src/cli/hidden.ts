/** Commands that people do not type, and that do not show in help: the first one clears the clipboard after the command that filled it. */
export const clearCommand = 'clear-clipboard';

/** Gives the shells' completion scripts what may follow. */
export const completeCommand = 'complete-line';
