import { AttachmentRows } from './attachment-rows.ts';
import type { Connection } from './connection.ts';
import { EntryRows } from './entry-rows.ts';
import { LogRows } from './log-rows.ts';
import { ManifestRows } from './manifest-rows.ts';
import { StagedRows } from './staged-rows.ts';
import { TokenRows } from './token-rows.ts';
import { UserRows } from './user-rows.ts';

/** The rows of one transaction. */
export class Rows {
  readonly users: UserRows;
  readonly entries: EntryRows;
  readonly manifest: ManifestRows;
  readonly staged: StagedRows;
  readonly tokens: TokenRows;
  readonly attachments: AttachmentRows;
  readonly log: LogRows;

  /** Whether these rows may be older than the last commit: they are of a connection of their own. */
  readonly isSnapshot: boolean;
  readonly #afterwards: ((committed: boolean) => void)[] = [];

  constructor(connection: Connection, { isSnapshot }: { readonly isSnapshot: boolean }) {
    const { db } = connection;
    this.isSnapshot = isSnapshot;
    this.users = new UserRows(db);
    this.entries = new EntryRows(connection);
    this.manifest = new ManifestRows(connection);
    this.staged = new StagedRows(connection);
    this.tokens = new TokenRows(db);
    this.attachments = new AttachmentRows(db);
    this.log = new LogRows(db);
  }

  /** Has `act` called when this transaction has been committed, or not. */
  whenSettled(act: (committed: boolean) => void): void {
    this.#afterwards.push(act);
  }

  /** For whoever runs the transaction. */
  settle(committed: boolean): void {
    for (const act of this.#afterwards.splice(0)) act(committed);
  }
}
