/* Writes a .gz and a .br beside every built file that gets smaller by it, so that the daemon compresses nothing at run time.
 * Build only: works on the output directory after Vite has written it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|map|txt|webmanifest)$/;
/* Under this size the headers cost more than what is saved. */
const SMALLEST_BYTES = 512;

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

export function compressFolder(folder: string): number {
  let written = 0;
  for (const path of filesUnder(folder)) {
    if (!TEXT.test(path)) continue;
    const plain = readFileSync(path);
    if (plain.length < SMALLEST_BYTES) continue;
    const packed: [string, Buffer][] = [
      ['.gz', gzipSync(plain, { level: 9 })],
      ['.br', brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })],
    ];
    for (const [ending, bytes] of packed) {
      if (bytes.length >= plain.length) continue;
      writeFileSync(path + ending, bytes);
      written++;
    }
  }
  return written;
}

export function compressed(): Plugin {
  let folder = 'dist';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      compressFolder(folder);
    },
  };
}
