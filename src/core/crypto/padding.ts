const step = 256;
const padmeFrom = 4096;

/**
 * The length that `length` bytes are padded to: the next multiple of 256, and above 4 KiB Padmé, which leaks at most
 * O(log log length) bits and costs at most 12 % (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
 * Communication with PURBs", 2019).
 */
export function paddedLength(length: number): number {
  if (length <= padmeFrom) return Math.ceil(length / step) * step;
  const exponent = Math.floor(Math.log2(length));
  const unit = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return Math.ceil(length / unit) * unit;
}

/** `u32 length | data | zeros`. */
export function pad(data: Uint8Array): Buffer {
  const padded = Buffer.allocUnsafe(paddedLength(4 + data.length));
  padded.writeUInt32BE(data.length);
  padded.set(data, 4);
  padded.fill(0, 4 + data.length);
  return padded;
}

/** Takes padding off again, as a view on `padded`; null where it is not exactly what `pad` writes. */
export function unpad(padded: Buffer): Buffer | null {
  if (padded.length < 4) return null;
  const length = padded.readUInt32BE(0);
  const end = 4 + length;
  if (paddedLength(end) !== padded.length) return null;
  for (let i = end; i < padded.length; i++) if (padded[i] !== 0) return null;
  return padded.subarray(4, end);
}
