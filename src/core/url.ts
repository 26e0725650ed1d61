/**
 * A text as a URL; null for what is none. `URL.canParse` must not be asked first: Node.js 20, once it has compiled the call, takes a text
 * with letters of Latin-1 (`https://münchen.de`) for broken UTF-8.
 */
export function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
