import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import encodeQR from 'qr';

/** Pixels of a QR code: red, green, blue and opacity, `scale` of them in each direction for a module. */
export function qrPixels(text: string, scale = 4): { width: number; height: number; data: Buffer } {
  const modules = encodeQR(text, 'raw', { border: 4, ecc: 'low' });
  const width = modules.length * scale;
  const data = Buffer.alloc(width * width * 4, 255);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      if (modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height: width, data };
}

/** A PNG of a QR code. */
export function qrPng(text: string, scale?: number): Buffer {
  const { width, height, data } = qrPixels(text, scale);
  const png = new PNG({ width, height });
  data.copy(png.data);
  return PNG.sync.write(png);
}

/** A JPEG of it, blurred as JPEGs are. */
export function qrJpeg(text: string, quality = 60): Buffer {
  return Buffer.from(jpeg.encode(qrPixels(text), quality).data);
}
