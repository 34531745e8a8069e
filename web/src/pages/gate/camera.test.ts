import encodeQR from 'qr';
import decodeQR from 'qr/decode.js';
import { expect, test } from 'vitest';

/* As a camera sees it: four pixels a module, a quiet border. */
function picture(text: string): { width: number; height: number; data: Uint8ClampedArray } {
  const code = encodeQR(text, 'raw', { border: 4, scale: 4 });
  const height = code.length;
  const width = code[0]?.length ?? 0;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (code[y]?.[x] === true) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  return { width, height, data };
}

test('where the platform reads no codes ours does: a signed ticket of the pool', () => {
  const ticket = 'MTP1.7f8c2a90-52c4-4d4e-9f0e-1c2d3e4f5a6b.20261130.morning.2.1.1764500000.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6';
  expect(decodeQR(picture(ticket))).toBe(ticket);
});
