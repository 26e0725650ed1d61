import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { emptyLeaf, leafOf, leafRecords, withDigest, withDigests } from '../../../src/core/manifest/tree.ts';
import { RowDigests } from '../../../src/daemon/vault/row-digests.ts';

it('gives every row back once, by leaf and in the order of ids, as the manifest takes them one by one', () => {
  const digests = new RowDigests();
  const rows = Array.from({ length: 500 }, (_, i) => ({
    id: Buffer.concat([Buffer.of(0, i % 48), randomBytes(14)]),
    digest: randomBytes(32),
  }));
  for (const { id, digest } of rows) digests.add(id, digest);
  let count = 0;
  for (const [leaf, found] of digests.leaves()) {
    const own = rows.filter(({ id }) => leafOf(id) === leaf);
    const old = withDigest(
      withDigest(emptyLeaf, Buffer.concat([Buffer.of(0, leaf << 4), Buffer.alloc(14)]), Buffer.alloc(32)),
      Buffer.alloc(16, 255),
      Buffer.alloc(32),
    );
    const expected = own.reduce((content, { id, digest }) => withDigest(content, id, digest), old);
    expect(withDigests(old, found)).toEqual(expected);
    expect(leafRecords(expected)).toHaveLength(own.length + 2);
    count += found.length;
  }
  expect(count).toBe(500);
  expect(new RowDigests().isEmpty).toBe(true);
});
