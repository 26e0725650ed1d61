/**
 * The form in which names are compared: NFC, lower, upper, lower, NFC (DESIGN section 6). Locale-free. Going through upper case
 * makes one what only one direction knows to be one: ß and SS, ſ and s, final ς and σ.
 */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}
