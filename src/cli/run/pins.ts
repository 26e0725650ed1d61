import { existsSync } from 'node:fs';
import { fieldNamed } from '../../core/entry/field-named.ts';
import { VaultError } from '../../core/errors.ts';
import { formatPins, parsePins, type Pin } from '../../core/reference-pins.ts';
import { formatReference } from '../../core/reference.ts';
import type { Cli } from '../cli.ts';

import { escapeLine, count } from '../text.ts';
import { readTextFile } from '../read-file.ts';
import { writeNewFile } from '../new-file.ts';
import type { Resolved } from '../read-references.ts';

export interface PinOptions {
  readonly file: string;
  /** Takes what has changed as it is now. */
  readonly update: boolean;
}

/** What a reference is pinned to: of a code, which is another one every half minute, the secret that makes it. */
function pinned({ entry, reference, value }: Resolved): string {
  return fieldNamed(entry, reference.field) === 'code' ? (entry.totp ?? '') : value;
}

function fingerprint(cli: Cli, resolved: readonly Resolved[]): Promise<readonly Pin[]> {
  const references = resolved.map((one) => ({ reference: formatReference(one.reference), id: one.entry.id, value: pinned(one) }));
  return cli.client.call({ path: '/fingerprints', method: '$post', json: { references } });
}

function changedError(changed: readonly Resolved[]): VaultError {
  return new VaultError('reference_changed', `${count(changed.length, 'reference')} changed since they were pinned`, {
    details: {
      references: changed.map(({ where, reference }) => ({
        where,
        reference: formatReference(reference),
        code: 'reference_changed',
        message: 'it gives another value, or is another entry',
      })),
    },
    hint: 'if that is right, --update-lock pins what there is now',
  });
}

/**
 * Holds what references gave against the file that pins them, and adds those that are not pinned yet. `reference_changed` where one
 * gives something else; the file then stays as it is.
 */
export async function checkPins(cli: Cli, resolved: readonly Resolved[], { file, update }: PinOptions): Promise<void> {
  const before = existsSync(file) ? parsePins(await readTextFile(file)) : [];
  const known = new Map(before.map((pin) => [pin.reference, pin.value]));
  const now = await fingerprint(cli, resolved);
  const isKnown = ({ reference }: Pin) => known.has(reference);
  const isChanged = (pin: Pin) => isKnown(pin) && known.get(pin.reference) !== pin.value;
  const changed = resolved.filter((_, i) => now.slice(i, i + 1).some(isChanged));
  if (changed.length > 0 && !update) throw changedError(changed);
  const fresh = new Set(now.filter((pin) => !isKnown(pin)).map(({ reference }) => reference));
  if (fresh.size === 0 && changed.length === 0) return;
  for (const { reference, value } of now) known.set(reference, value);
  const pins = [...known].map(([reference, value]) => ({ reference, value }));
  await writeNewFile({ path: file, replace: true }, cli.signals, [Buffer.from(formatPins(pins))]);
  cli.output.note(`pinned ${count(fresh.size + changed.length, 'reference')} in ${escapeLine(file)}`);
}
