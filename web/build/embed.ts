/* Builds embed.js (embed/embed.ts): one small script for other people's pages, under a name that stays. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';

/* Somebody else's page pays for it. */
const MOST_BYTES = 5 * 1024;

export async function buildEmbed(root: string): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2020', lib: { entry: join(root, 'embed/embed.ts'), formats: ['iife'], name: 'maitredEmbed', fileName: () => 'embed.js' } },
  });
  const [output] = Array.isArray(built) ? built : [];
  const script = output?.output[0];
  if (script?.type !== 'chunk') throw new Error('embed.js was not built');
  const size = gzipSync(script.code).length;
  if (size > MOST_BYTES) throw new Error(`embed.js has ${size} bytes compressed; ${MOST_BYTES} are allowed`);
  return script.code;
}

export function embedScript(): Plugin {
  let root = '';
  return {
    name: 'embed-script',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'embed.js', source: await buildEmbed(root) });
    },
  };
}
