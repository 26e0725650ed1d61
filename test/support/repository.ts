import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of the checkout that is tested. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
