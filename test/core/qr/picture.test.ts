import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { readPicture } from '../../../src/core/qr/picture.ts';
import { thrownBy, vaultError } from '../support.ts';

describe('a picture in grey', () => {
  it('has the brightness of each colour (ITU-R BT.601), and white for what is transparent', () => {
    const pixels = [
      [255, 255, 255, 255],
      [0, 0, 0, 255],
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
      [0, 0, 0, 0],
      [0, 0, 0, 128],
      [100, 150, 200, 255],
    ];
    const png = new PNG({ width: 4, height: 2 });
    png.data.set(pixels.flat());
    expect(readPicture(PNG.sync.write(png))).toEqual({ width: 4, height: 2, luma: Uint8Array.of(255, 0, 76, 149, 29, 255, 127, 140) });
  });

  it.each([
    ['another file', Buffer.from('GIF89a'), 'the file is no PNG or JPEG image', 'a screenshot of the code is one'],
    ['a beginning alone', Buffer.from('89504e470d0a1a0a', 'hex'), 'the image cannot be read: it is damaged or too large', undefined],
    ['a JPEG that is none', Buffer.from('ffd8ff00', 'hex'), 'the image cannot be read: it is damaged or too large', undefined],
  ])('is not in %s, with the reason', (_, bytes, reason, hint) => {
    const error = thrownBy(() => readPicture(bytes));
    expect(error).toEqual(vaultError('invalid_request', hint));
    expect(error).toHaveProperty('message', reason);
  });
});
