/** The beginning of the year 1. */
const earliest = -62_135_596_800_000;
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Milliseconds since 1970 as ISO 8601 with milliseconds; null for what is no time, zero included: programs write it for "never". */
export function fromMilliseconds(ms: number | null): string | null {
  if (ms === null || !Number.isFinite(ms) || ms === 0 || ms < earliest || ms > latest) return null;
  return new Date(ms).toISOString();
}

/** Seconds since 1970, or milliseconds where the number can only be those. */
export function fromSeconds(seconds: number | null): string | null {
  if (seconds === null) return null;
  return fromMilliseconds(Math.abs(seconds) > 1e11 ? seconds : seconds * 1000);
}

/** ISO 8601 in any of its spellings, in UTC where it names no zone. */
export function fromIso(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || text.length <= 10 ? text : `${text}Z`;
  return fromMilliseconds(Date.parse(zoned));
}
