import type { Kysely } from 'kysely';
import { emptyLeaf, emptyNode, leavesOfNode } from '../../core/manifest/tree.ts';
import { bytesIn } from './bytes-column.ts';
import type { Connection } from './connection.ts';
import { Prepared } from './prepared.ts';
import type { Schema } from './schema.ts';

const none = Buffer.alloc(0);

const rootOf = new Prepared<{ root: Buffer }, [user: number]>((db) =>
  db.selectFrom('manifest_roots').select('root').where('user', '=', 0).compile(),
);

const nodeOf = new Prepared<{ content: Buffer }, [user: number, node: number]>((db) =>
  db.selectFrom('manifest_nodes').select('content').where('user', '=', 0).where('node', '=', 0).compile(),
);

const leafOf = new Prepared<{ content: Buffer }, [user: number, leaf: number]>((db) =>
  db.selectFrom('manifest_leaves').select('content').where('user', '=', 0).where('leaf', '=', 0).compile(),
);

const putNode = new Prepared<never, [user: number, node: number, content: Buffer]>((db) =>
  db
    .insertInto('manifest_nodes')
    .values({ user: 0, node: 0, content: none })
    .onConflict((conflict) => conflict.columns(['user', 'node']).doUpdateSet((row) => ({ content: row.ref('excluded.content') })))
    .compile(),
);

const putLeaf = new Prepared<never, [user: number, leaf: number, content: Buffer]>((db) =>
  db
    .insertInto('manifest_leaves')
    .values({ user: 0, leaf: 0, content: none })
    .onConflict((conflict) => conflict.columns(['user', 'leaf']).doUpdateSet((row) => ({ content: row.ref('excluded.content') })))
    .compile(),
);

/** The stored parts of each user's manifest. A leaf or node without a row is an empty one. */
export class ManifestRows {
  readonly #connection: Connection;
  readonly #db: Kysely<Schema>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#db = connection.db;
  }

  async root(user: number): Promise<Buffer | null> {
    const [row] = rootOf.run(this.#connection, user);
    return row === undefined ? null : bytesIn(row.root);
  }

  async node(user: number, node: number): Promise<Buffer> {
    const [row] = nodeOf.run(this.#connection, user, node);
    return row === undefined ? emptyNode : bytesIn(row.content);
  }

  async leaf(user: number, leaf: number): Promise<Buffer> {
    const [row] = leafOf.run(this.#connection, user, leaf);
    return row === undefined ? emptyLeaf : bytesIn(row.content);
  }

  /** The stored leaves of one node, by number. */
  async leavesOf(user: number, node: number): Promise<Map<number, Buffer>> {
    const [from, to] = leavesOfNode(node);
    const query = this.#db.selectFrom('manifest_leaves').select(['leaf', 'content']).where('user', '=', user);
    const rows = await query.where('leaf', '>=', from).where('leaf', '<', to).execute();
    return new Map(rows.map(({ leaf, content }) => [leaf, bytesIn(content)]));
  }

  async setRoot(user: number, root: Buffer): Promise<void> {
    await this.#db
      .insertInto('manifest_roots')
      .values({ user, root })
      .onConflict((conflict) => conflict.column('user').doUpdateSet({ root }))
      .execute();
  }

  setNode(user: number, node: number, content: Buffer): void {
    putNode.change(this.#connection, user, node, content);
  }

  setLeaf(user: number, leaf: number, content: Buffer): void {
    putLeaf.change(this.#connection, user, leaf, content);
  }

  /** Forgets leaves and nodes: all of them are empty then. */
  async clear(user: number): Promise<void> {
    await this.#db.deleteFrom('manifest_leaves').where('user', '=', user).execute();
    await this.#db.deleteFrom('manifest_nodes').where('user', '=', user).execute();
  }
}
