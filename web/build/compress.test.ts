import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compressFolder } from './compress';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compress-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('text gets a .gz and a .br that hold the same; small files and pictures stay alone', () => {
  const text = 'export const menu = "pizza";\n'.repeat(200);
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'page.js'), text);
  writeFileSync(join(folder, 'tiny.css'), 'a{}');
  writeFileSync(join(folder, 'picture.png'), Buffer.alloc(4096));
  expect(compressFolder(folder)).toBe(2);
  expect(gunzipSync(readFileSync(join(folder, 'assets', 'page.js.gz'))).toString()).toBe(text);
  expect(brotliDecompressSync(readFileSync(join(folder, 'assets', 'page.js.br'))).toString()).toBe(text);
  expect(readdirSync(folder).sort()).toEqual(['assets', 'picture.png', 'tiny.css']);
});
