import { inflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { VaultError } from '../errors.ts';

/** A picture in grey: one byte of brightness for each pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
}

/** More than any camera's: what is larger was made to fill the memory. */
const maxMegapixels = 64;

const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const jpegSignature = Buffer.of(0xff, 0xd8, 0xff);

function refused(cause?: unknown): VaultError {
  return new VaultError('invalid_request', 'the image cannot be read: it is damaged or too large', { cause });
}

/** Throws where a PNG's header or its compressed data promise more pixels than may be: the decoder would try to hold them all. */
function checkPng(bytes: Buffer): void {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width * height > maxMegapixels * 1_000_000) throw refused();
  const data: Buffer[] = [];
  for (let at = pngSignature.length; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  // At most 8 bytes a pixel, and a byte for each line of each of the seven passes of an interlaced picture.
  inflateSync(Buffer.concat(data), { maxOutputLength: width * height * 8 + height * 8 + 64 });
}

/** Brightness (ITU-R BT.601) of pixels of red, green, blue and opacity; what is transparent is white paper. */
function toGrey(width: number, height: number, rgba: Uint8Array): Picture {
  const luma = new Uint8Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    const at = (channel: number) => rgba[i * 4 + channel] ?? 0;
    luma[i] = 255 - ((255 - (at(0) * 299 + at(1) * 587 + at(2) * 114) / 1000) * at(3)) / 255;
  }
  return { width, height, luma };
}

/** The picture in a PNG or JPEG file. `invalid_request` where it is none, or one of more than 64 megapixels. */
export function readPicture(bytes: Buffer): Picture {
  const isPng = bytes.subarray(0, 8).equals(pngSignature);
  if (!isPng && !bytes.subarray(0, 3).equals(jpegSignature)) {
    throw new VaultError('invalid_request', 'the file is no PNG or JPEG image', { hint: 'a screenshot of the code is one' });
  }
  try {
    if (isPng) checkPng(bytes);
    const { width, height, data } = isPng
      ? PNG.sync.read(bytes)
      : jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: maxMegapixels, maxMemoryUsageInMB: 1024 });
    return toGrey(width, height, data);
  } catch (error) {
    // The decoders' own messages tell of bytes.
    throw error instanceof VaultError ? error : refused(error);
  }
}
