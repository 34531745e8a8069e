/* Builds the service worker (worker/worker.ts) with the names of this build's files in it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';
import { PAGES } from './entries.ts';
import { moduleOf } from './messages.ts';

interface Styled {
  viteMetadata?: { importedCss: Set<string> };
}
type Chunk = Rollup.OutputChunk & Styled;
type Part = Pick<Rollup.OutputChunk, 'fileName' | 'facadeModuleId' | 'isEntry' | 'imports' | 'dynamicImports'> & Styled;

/* Of each kind of page the scripts and styles that it may need sooner or later. The start leads to every kind of page, so the others' are left out;
 * texts are kept by language. */
export function filesOfPages(chunks: readonly Part[]): Record<string, string[]> {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const isElsewhere = (chunk: Part): boolean => moduleOf(chunk.facadeModuleId) !== undefined || Object.values(PAGES).some(({ module }) => chunk.facadeModuleId?.endsWith(module));
  return Object.fromEntries(
    Object.entries(PAGES).map(([name, { module }]) => {
      const files = new Set<string>();
      const take = (chunk: Part | undefined): void => {
        if (!chunk || files.has(`/${chunk.fileName}`)) return;
        files.add(`/${chunk.fileName}`);
        for (const file of chunk.viteMetadata?.importedCss ?? []) files.add(`/${file}`);
        for (const file of chunk.imports) take(byFile.get(file));
        for (const file of chunk.dynamicImports) {
          const next = byFile.get(file);
          if (next && !isElsewhere(next)) take(next);
        }
      };
      for (const chunk of chunks) if (chunk.isEntry || chunk.facadeModuleId?.endsWith(module)) take(chunk);
      return [name, [...files].sort()];
    }),
  );
}

/* Of each language its texts. */
export function filesOfLanguages(chunks: readonly Part[]): Record<string, string[]> {
  const files: Record<string, string[]> = {};
  for (const chunk of chunks) {
    const catalogue = moduleOf(chunk.facadeModuleId);
    if (catalogue) (files[catalogue.language] ??= []).push(`/${chunk.fileName}`);
  }
  return files;
}

export function offlineWorker(): Plugin {
  let root = '';
  return {
    name: 'offline-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    // After Vite has written index.html: an entry that only imports is in there by then, and no file any more.
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
        const pages = filesOfPages(chunks);
        const texts = filesOfLanguages(chunks);
        const files = Object.keys(bundle)
          .filter((name) => name.startsWith('assets/'))
          .map((name) => `/${name}`)
          .sort();
        const id = createHash('sha256')
          .update(JSON.stringify([pages, texts, files]))
          .update(readFileSync(join(root, 'index.html')))
          .digest('hex')
          .slice(0, 12);
        const built = await build({
          configFile: false,
          root,
          publicDir: false,
          logLevel: 'warn',
          define: { THIS_BUILD: JSON.stringify({ id, pages, texts, files }), 'process.env.NODE_ENV': '"production"' },
          build: { write: false, target: 'es2022', lib: { entry: join(root, 'worker/worker.ts'), formats: ['iife'], name: 'worker', fileName: () => 'worker.js' } },
        });
        const [output] = Array.isArray(built) ? built : [];
        const script = output?.output[0];
        if (script?.type !== 'chunk') throw new Error('the service worker was not built');
        this.emitFile({ type: 'asset', fileName: 'worker.js', source: script.code });
      },
    },
  };
}
