import { spawn } from 'node:child_process';
import type { Askpass } from '../../core/api/accounts.ts';

/** How long somebody has to answer. */
const patience = 60_000;
/** More than a "yes" is no answer. */
const longestAnswer = 64;

/**
 * Asks somebody to agree, with the program and the display that login handed over: as ssh-agent(1) does, by SSH_ASKPASS_PROMPT.
 * Whatever goes wrong is a no; so is `signal`.
 */
export async function askToConfirm(
  askpass: Askpass,
  question: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<boolean> {
  const { program, display, waylandDisplay, xauthority } = askpass;
  const env = {
    ...environment,
    SSH_ASKPASS_PROMPT: 'confirm',
    ...(display === undefined ? {} : { DISPLAY: display }),
    ...(waylandDisplay === undefined ? {} : { WAYLAND_DISPLAY: waylandDisplay }),
    ...(xauthority === undefined ? {} : { XAUTHORITY: xauthority }),
  };
  return await new Promise((resolve) => {
    const child = spawn(program, [question], {
      env,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: patience,
      killSignal: 'SIGKILL',
      signal,
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer = (answer + text).slice(0, longestAnswer);
    });
    child.on('error', () => {
      resolve(false);
    });
    // What it started may hold its output open.
    child.on('exit', (_, killed) => {
      if (killed !== null) resolve(false);
    });
    child.on('close', (code) => {
      resolve(code === 0 && /^(yes)?\s*$/i.test(answer));
    });
  });
}
