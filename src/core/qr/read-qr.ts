import decodeQR from 'qr/decode.js';
import { VaultError } from '../errors.ts';
import { readPicture } from './picture.ts';

/** How long the reader may try, in milliseconds: a blurred photograph takes many attempts. */
const patience = 4000;

/** The text of the QR code in an image, PNG or JPEG. `invalid_request` where there is none that can be read. */
export function readQr(image: Buffer): string {
  const { width, height, luma } = readPicture(image);
  // A plane of brightness, which those of colour may follow: the reader looks at the first alone.
  try {
    return decodeQR({ width, height, data: luma }, { format: 'I420', effort: Infinity, timeLimit: patience });
  } catch (cause) {
    throw new VaultError('invalid_request', 'no QR code can be read in this image', {
      hint: 'a sharp screenshot with some white around the code works best',
      cause,
    });
  }
}
