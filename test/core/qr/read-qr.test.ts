import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { readQr } from '../../../src/core/qr/read-qr.ts';
import { qrJpeg, qrPixels, qrPng } from '../../support/qr.ts';
import { thrownBy, vaultError } from '../support.ts';

const text = 'otpauth://totp/GitHub:me%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=GitHub';

/** A PNG whose header says anything. */
function pngOf(width: number, height: number, interlaced: boolean, data: Buffer): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(content.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, content, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[12] = interlaced ? 1 : 0;
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

describe('the QR code in an image', () => {
  it('is read from a PNG and from a JPEG', () => {
    expect(readQr(qrPng(text))).toBe(text);
    expect(readQr(qrJpeg(text))).toBe(text);
  });

  it('is read where it is as dense as codes of many accounts are', () => {
    const long = `otpauth-migration://offline?data=${'Ab1%2B'.repeat(200)}`;
    expect(readQr(qrPng(long, 3))).toBe(long);
  });

  it('is read on transparent paper, and in light on dark', () => {
    const { width, height, data } = qrPixels(text);
    const [clear, negative] = [new PNG({ width, height }), new PNG({ width, height })];
    for (let at = 0; at < data.length; at += 4) {
      const light = data[at] === 255;
      // What is transparent is black, so that only its opacity tells it from the code.
      clear.data.set([0, 0, 0, light ? 0 : 255], at);
      negative.data.set(light ? [10, 10, 10, 255] : [240, 240, 240, 255], at);
    }
    expect(readQr(PNG.sync.write(clear))).toBe(text);
    expect(readQr(PNG.sync.write(negative))).toBe(text);
  });

  it('is read from the 16-bit and grey pictures that some programs write', () => {
    const { width, height, data } = qrPixels(text);
    const png = new PNG({ width, height });
    data.copy(png.data);
    expect(readQr(PNG.sync.write(png, { colorType: 0, bitDepth: 8 }))).toBe(text);
    expect(readQr(PNG.sync.write(png, { colorType: 2 }))).toBe(text);
  });

  it.each([
    ['text', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00')],
    ['half a PNG', qrPng(text).subarray(0, 200)],
    ['half a JPEG', qrJpeg(text).subarray(0, 300)],
    ['a PNG as large as the world', pngOf(0xffffffff, 0xffffffff, false, deflateSync(Buffer.alloc(10)))],
    ['a PNG without pixels', pngOf(0, 0, false, deflateSync(Buffer.alloc(10)))],
    ['a small PNG that unpacks to much more than its pixels', pngOf(10, 10, true, deflateSync(Buffer.alloc(50_000_000)))],
  ])('is refused where it is %s', (_, image) => {
    expect(thrownBy(() => readQr(image))).toEqual(vaultError('invalid_request'));
  });

  it('is not looked for by the decoder in what would fill the memory', () => {
    const promised = thrownBy(() => readQr(pngOf(8000, 8001, false, deflateSync(Buffer.alloc(10)))));
    expect(promised).not.toHaveProperty('cause');
    const packed = thrownBy(() => readQr(pngOf(10, 10, true, deflateSync(Buffer.alloc(1000)))));
    expect(packed).toHaveProperty('cause.code', 'ERR_BUFFER_TOO_LARGE');
    const half = thrownBy(() => readQr(qrPng(text).subarray(0, 200)));
    expect(half).toHaveProperty('cause.code', 'Z_BUF_ERROR');
  });

  it('is missed in an empty page, with what helps', () => {
    const error = thrownBy(() => readQr(PNG.sync.write(new PNG({ width: 100, height: 100 }))));
    expect(error).toEqual(vaultError('invalid_request', 'a sharp screenshot with some white around the code works best'));
    expect(error).toHaveProperty('message', 'no QR code can be read in this image');
  });

  it('is read or refused, whatever was changed in the file', () => {
    const files = [qrPng('x', 2), qrJpeg('x')];
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (file, changes) => {
        const changed = Buffer.from(file);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        try {
          readQr(changed);
        } catch (error) {
          expect(error).toEqual(vaultError('invalid_request'));
        }
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
