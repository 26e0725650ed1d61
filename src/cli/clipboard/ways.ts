import { delimiter } from 'node:path';
import { variable, type Environment } from '../environment.ts';
import { feedHelper, readHelper } from './helper-program.ts';
import { writeToTerminal } from './osc52.ts';

/** One way to a clipboard. */
export interface Way {
  /** What it is called between the command and the process that clears later. */
  readonly id: WayId;
  /** What notes call it. */
  readonly description: string;
  write(text: string): Promise<void>;
  /** What is there now; null where nobody can tell. */
  read(): Promise<string | null>;
  clear(): Promise<void>;
  /** Where earlier values are kept too: takes away every one that `isIt` knows, whatever was copied since; the newest one only if `newest` says so. */
  readonly forget?: (isIt: (text: string) => boolean, which: { readonly newest: boolean }) => Promise<void>;
}

type WayId = 'wayland' | 'wsl' | 'system' | 'tmux' | 'terminal';

export interface Surroundings {
  readonly env: Environment;
  /** Helper programs that come with the native program. */
  readonly helpers: string | null;
  /** A descriptor of the terminal; null where there is none. */
  readonly terminal: number | null;
}

/** Marks what it holds as a secret, for clipboard managers (`x-kde-passwordManagerHint`), where it is new enough to know how (2.3). */
function wayland(): Way {
  const write = async (text: string): Promise<void> => {
    try {
      await feedHelper(['wl-copy', '--sensitive', '--type', 'text/plain'], text);
    } catch {
      await feedHelper(['wl-copy', '--type', 'text/plain'], text);
    }
  };
  return {
    id: 'wayland',
    description: 'Wayland',
    write,
    read: () => readHelper(['wl-paste', '--no-newline']),
    clear: () => feedHelper(['wl-copy', '--clear'], ''),
  };
}

/** `clip.exe` takes UTF-16 with a byte order mark for what it is; anything else it takes for the system's old code page. */
function wsl(): Way {
  const write = (text: string) => feedHelper(['clip.exe'], Buffer.from(`\uFEFF${text}`, 'utf16le'));
  const getClipboard = '[Console]::OutputEncoding = [Text.Encoding]::UTF8; [Console]::Out.Write((Get-Clipboard -Raw))';
  return {
    id: 'wsl',
    description: 'Windows',
    write,
    read: () => readHelper(['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', getClipboard]),
    clear: () => write(''),
  };
}

/** X11 and macOS, by clipboardy. It finds out which programs there are when it is imported: its own xsel lies after all that PATH has. */
function system(helpers: string | null): Way {
  const clipboardy = async () => {
    if (helpers !== null) process.env['PATH'] = [process.env['PATH'] ?? '', helpers].join(delimiter);
    return (await import('clipboardy')).default;
  };
  const write = async (text: string) => {
    await (await clipboardy()).write(text);
  };
  return {
    id: 'system',
    description: process.platform === 'darwin' ? 'macOS' : 'X11',
    write,
    read: async () => (await clipboardy()).read(),
    clear: () => write(''),
  };
}

/** A buffer of tmux, which hands it on to the clipboard of the terminal around it where it is set to (`set-clipboard`). */
function tmux(): Way {
  /** The terminal around it was handed a copy. */
  const clearAround = async () => {
    try {
      await feedHelper(['tmux', 'set-buffer', '-w', '-b', 'vault-cleared', ' '], '');
      await feedHelper(['tmux', 'delete-buffer', '-b', 'vault-cleared'], '');
    } catch {
      // An older tmux has handed nothing on.
    }
  };
  return {
    id: 'tmux',
    description: 'tmux',
    write: async (text) => {
      try {
        await feedHelper(['tmux', 'load-buffer', '-w', '-'], text);
      } catch {
        await feedHelper(['tmux', 'load-buffer', '-'], text);
      }
    },
    read: () => readHelper(['tmux', 'show-buffer']),
    clear: async () => {
      await feedHelper(['tmux', 'delete-buffer'], '');
      await clearAround();
    },
    forget: async (isIt, { newest }) => {
      const names = (await readHelper(['tmux', 'list-buffers', '-F', '#{buffer_name}'])).split('\n').filter((name) => name !== '');
      for (const [age, name] of names.entries()) {
        if ((age === 0 && !newest) || !isIt(await readHelper(['tmux', 'show-buffer', '-b', name]).catch(() => ''))) continue;
        await feedHelper(['tmux', 'delete-buffer', '-b', name], '');
        if (age === 0) await clearAround();
      }
    },
  };
}

/** The terminal's own clipboard, wherever it is: over SSH too. It does not answer: whether it obeyed nobody knows. */
function throughTerminal(terminal: number, env: Environment): Way {
  return {
    id: 'terminal',
    description: 'OSC 52; whether the terminal took it, it does not say',
    write: (text) => writeToTerminal(terminal, env, text),
    read: () => Promise.resolve(null),
    clear: () => writeToTerminal(terminal, env, ''),
  };
}

/** The way of this name; null where there is none. */
export function wayById(id: string, surroundings: Surroundings): Way | null {
  const { helpers, terminal, env } = surroundings;
  const all = [wayland(), wsl(), system(helpers), tmux(), ...(terminal === null ? [] : [throughTerminal(terminal, env)])];
  return all.find((way) => way.id === id) ?? null;
}

/** Every way that may lead to a clipboard here, the best first. */
export function waysHere({ env, helpers, terminal }: Surroundings): Way[] {
  const has = (name: string) => variable(env, name) !== null;
  const isSystem = process.platform === 'darwin' || has('DISPLAY');
  return [
    ...(has('WAYLAND_DISPLAY') ? [wayland()] : []),
    ...(has('WSL_DISTRO_NAME') ? [wsl()] : []),
    ...(isSystem ? [system(helpers)] : []),
    ...(has('TMUX') ? [tmux()] : []),
    ...(terminal !== null && !/^(|dumb|linux)$/.test(env['TERM'] ?? '') ? [throughTerminal(terminal, env)] : []),
    ...(isSystem ? [] : [system(helpers)]),
  ];
}
