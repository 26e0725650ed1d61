import { VaultError } from '../../errors.ts';
import { hasCsvHeader, readCsv } from '../csv/layout.ts';
import type { ImportResult } from '../item.ts';
import type { ImportOptions } from '../options.ts';
import { bytesSource, type ByteSource } from '../source.ts';
import { headText } from '../text.ts';
import { decryptAge, isAge } from './age.ts';
import { vaultLayout } from './csv.ts';
import { readVaultJson } from './json.ts';

export function isVaultExport(source: ByteSource): boolean {
  if (isAge(source)) return true;
  const head = headText(source);
  return /^\s*\{\s*"format"\s*:\s*"vault"/.test(head) || (!/^\s*[{[<]/.test(head) && hasCsvHeader(source, [vaultLayout]));
}

/** What `vault export` writes: age, the JSON within it, CSV. */
export async function* readVaultExport(source: ByteSource, options: ImportOptions): AsyncGenerator<ImportResult> {
  if (isAge(source)) {
    const password = await options.filePassword();
    if (password === null) throw new VaultError('invalid_request', 'the export is protected by a password, which was not given');
    yield* readVaultJson(bytesSource(await decryptAge(source, password)));
  } else if (/^\s*\{/.test(headText(source, 1024))) yield* readVaultJson(source);
  else yield* readCsv(source, [vaultLayout], 'Vault');
}
