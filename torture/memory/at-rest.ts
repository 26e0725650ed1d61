import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { vault } from '../support/vault-command.ts';
import { occurrences } from './marks.ts';

/** What every process of ours on this machine shows to others: its arguments and its environment (Linux). */
function shownByProcesses(home: string): Buffer[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [command, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`));
        if (command === undefined || environment === undefined) return [];
        return environment.includes(home) || command.includes(home) ? [Buffer.concat([command, environment])] : [];
      } catch {
        // It has ended, or is not ours.
        return [];
      }
    });
}

/** A file's bytes; null where it has gone since it was listed, as the daemon's half-written ones do. */
function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Looks at all processes as long as `work` takes. */
async function watched<T>(run: Run, home: string, secrets: readonly string[], work: () => Promise<T>): Promise<T> {
  const state = { working: true };
  const watching = (async () => {
    while (state.working) {
      for (const shown of shownByProcesses(home)) {
        run.tried('arguments and environments of processes');
        for (const secret of secrets) {
          run.check(occurrences(shown, Buffer.from(secret)) === 0, 'a secret stands in the arguments or the environment of a process');
        }
      }
      await sleep(3);
    }
  })();
  try {
    return await work();
  } finally {
    state.working = false;
    await watching;
  }
}

export const atRest: Trial = {
  name: 'at-rest',
  what: 'names, usernames, URLs, tags, notes and values of entries searched (raw, UTF-16, hexadecimal, base64) in every file of a vault, its write-ahead log, copies and logs included, while it works and afterwards; secrets in the arguments and environment of every process of ours',
  passes: '0 found',
  run: async (run) => {
    const home = new DaemonHome(run);
    await home.start();
    await home.create();
    const marks: string[] = [];
    const mark = (kind: string) => {
      const text = `${kind}${run.random.text(20)}`;
      marks.push(text);
      return text;
    };
    const search = () => {
      for (const entry of readdirSync(home.directory, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = contentOf(path);
        if (bytes === null) continue;
        run.tried('files');
        for (const text of marks) run.check(occurrences(bytes, Buffer.from(text)) === 0, `${entry.name} holds ${text.slice(0, 4)}…`);
        run.check(occurrences(bytes, Buffer.from(masterPassword)) === 0, `${entry.name} holds the master password`);
      }
    };
    const succeed = async (secrets: readonly string[], args: readonly string[], input?: string) => {
      const { code, stderr } = await watched(run, home.directory, secrets, () =>
        vault(home.directory, args, input === undefined ? {} : { input, env: { TMPDIR: home.directory } }),
      );
      run.check(code === 0, `vault ${args[0] ?? ''} ended with ${String(code)}: ${stderr}`);
    };
    await succeed([masterPassword], ['login', '--password-stdin'], `${masterPassword}\n`);
    for (const _ of run.rounds(20, 1)) {
      const [name, first, second] = [mark('name'), mark('value'), mark('value')];
      const [user, tag, site] = [mark('user'), mark('tag'), mark('site')];
      await succeed([first], ['add', name, '-u', user, '-t', tag, '--url', `https://${site}.example/`, '--password-stdin'], first);
      await succeed([second], ['edit', name, '--password-stdin'], second);
      await succeed([], ['edit', name, '--notes', '-'], mark('notes'));
      await succeed([second], ['get', name]);
      await succeed([], ['find', user]);
      await succeed([], ['rename', name, mark('name')]);
      search();
      run.tried('entries');
    }
    await succeed([masterPassword], ['passwd', '--password-stdin'], `${masterPassword}\nanother password\n`);
    search();
    await home.stop();
    search();
  },
};
