import fc from 'fast-check';

/** A character of Unicode, for `fc.string`: as its unit `binary`, which takes most of a second to be made. */
export const codePoint = fc.nat({ max: 0x10ffff - 0x800 }).map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));
