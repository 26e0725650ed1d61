import { VaultError } from './errors.ts';

/** Points at one value in the vault: what may stand in an env file, a template or a command line in the value's place. */
export interface Reference {
  /** What an entry is looked up by, as with `vault get`. */
  readonly name: string;
  /** Chooses among the accounts of one name; empty for the one without a username. Null takes any. */
  readonly username: string | null;
  /** What `vault get -f` takes. */
  readonly field: string;
}

const scheme = 'vault://';

/** Whether a text is meant as a reference, well-formed or not. */
export function isReference(text: string): boolean {
  return text.startsWith(scheme);
}

/** The last slash ends the name, so that `work/db` needs no encoding. What RFC 3986 gives another meaning is encoded: ? # & % and all space. */
const grammar = /^vault:\/\/([^?#&]+)(?:\?username=([^?#&/]*))?\/([^?#&/]+)$/;
const unwritable = /[\s\p{Cc}]/u;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new VaultError('usage', 'a % in a reference is followed by two hex digits, and these give UTF-8', {
      hint: 'a percent sign itself is written %25',
      cause,
    });
  }
}

/** `vault://NAME[?username=U]/FIELD`, percent-encoded (RFC 3986, section 2.1). Throws `usage` for all else, without a word of what it was. */
export function parseReference(text: string): Reference {
  const [whole, name = '', username, field = ''] = grammar.exec(text) ?? [];
  if (whole === undefined || unwritable.test(text)) {
    throw new VaultError('usage', 'a reference is vault://NAME/FIELD or vault://NAME?username=USER/FIELD', {
      hint: 'for example vault://github.com/password; spaces and ? # & % are percent-encoded (%20)',
    });
  }
  return { name: decode(name), username: username === undefined ? null : decode(username), field: decode(field) };
}

/** Percent-encoding as far as it is needed: what people type in names and addresses stays as it is. */
function encode(text: string, plain: RegExp): string {
  return encodeURIComponent(text).replace(plain, (code) => decodeURIComponent(code));
}

/** The one spelling of a reference that is compared and fingerprinted; `parseReference` reads it back. */
export function formatReference({ name, username, field }: Reference): string {
  const user = username === null ? '' : `?username=${encode(username, /%(?:3A|40)/g)}`;
  return `${scheme}${encode(name, /%(?:2F|3A|40)/g)}${user}/${encodeURIComponent(field)}`;
}
