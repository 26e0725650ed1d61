import { urlOf } from '../url.ts';

/** `//user:secret@`, wherever it stands: `jdbc:postgresql://…` and the like are opaque to the URL parser. */
const inAuthority = /(\/\/[^/?#@:\s]*):[^/?#]*@/g;
/** The same where a careless password (`p#w`) makes the URL unparsable: all up to the last @. */
const inBrokenAuthority = /(\/\/[^/?#@:\s]*):.*@/s;
const withoutScheme = /^([^/?#@:\s]*):[^/?#]*@/;
const mailSchemes = /^(mailto|sips?|xmpp|acct|im):/i;

/** The URL without the password in it: what lists show. Everything else stays as it was typed where that is possible. */
export function withoutPassword(url: string): string {
  const stripped = url.replace(inAuthority, '$1@');
  const parsed = urlOf(stripped);
  if (parsed !== null) {
    // What only the parser sees: `https:user:secret@host`, backslashes, tabs, a space in the user's name.
    if (parsed.password !== '') {
      parsed.password = '';
      return parsed.href;
    }
    if (parsed.host !== '') return stripped;
  } else if (stripped === url && inBrokenAuthority.test(url)) {
    return url.replace(inBrokenAuthority, '$1@');
  }
  if (stripped !== url) return stripped;
  return mailSchemes.test(url) ? url : url.replace(withoutScheme, '$1@');
}

/** Whether a URL carries a password, which must not be on a command line. */
export function hasPassword(url: string): boolean {
  return withoutPassword(url) !== url;
}
