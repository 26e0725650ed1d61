import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import type { Prompts } from './prompts.ts';

/** More than a recovery kit's text takes. */
const kitRoom = 512;

/** A file for a recovery kit, made before there is a kit, and with the room for it: a kit that cannot be written is lost. */
export interface KitFile {
  write(kit: string): void;
  discard(): void;
}

export function openKitFile(path: string, argument: string): KitFile {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new VaultError('file_exists', `${path} is there already`, {
        hint: `give ${argument} a file that does not exist yet`,
        cause,
      });
    }
    throw new VaultError('usage', `cannot write the recovery kit to ${path}`, {
      hint: `give ${argument} a file in a directory of your own`,
      cause,
    });
  }
  const discard = () => {
    closeSync(file);
    rmSync(path, { force: true });
  };
  try {
    writeSync(file, ' '.repeat(kitRoom));
    fsyncSync(file);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    write: (kit) => {
      ftruncateSync(file, writeSync(file, `${kit}\n`, 0));
      fsyncSync(file);
      closeSync(file);
    },
    discard,
  };
}

/** Takes the kit to somebody who reads it from the screen, where it does not stay. */
export async function showKit(cli: Cli, prompts: Prompts, kit: string, wait: boolean): Promise<void> {
  const { bold, dim } = cli.output.noteStyle;
  const words = kit.split('-');
  const lines = Array.from({ length: Math.ceil(words.length / 6) }, (_, i) => `    ${words.slice(i * 6, i * 6 + 6).join('-')}`);
  const text = [
    '',
    bold('  Your recovery kit'),
    '',
    ...lines,
    '',
    '  It opens this vault if you forget the master password, and is shown only now.',
    '  Write it down, or print it, and keep it where you keep your passport.',
    dim('  Dashes, spaces and upper or lower case do not matter.'),
    '',
  ].join('\n');
  // The alternate screen leaves nothing behind in the terminal's scrollback.
  const alternate = wait && cli.env['TERM'] !== 'dumb';
  const leave = '\u001b[?1049l';
  const forget = alternate
    ? cli.signals.onEnd(() => {
        prompts.write(leave);
      })
    : () => undefined;
  prompts.write(`${alternate ? '\u001b[?1049h\u001b[H' : ''}${text}\n`);
  try {
    while (wait && !(await prompts.confirm('Have you written it down?', false)));
  } finally {
    if (alternate) prompts.write(leave);
    forget();
  }
}
