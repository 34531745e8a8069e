/* One HTML file a kind of page (t.html, menu.html …), which names the scripts and styles of that page at once: otherwise a phone learns of
 * them one after the other, 150 ms each. The daemon chooses the file by the address (src/serve/pages.c). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin, Rollup } from 'vite';

/* To add a kind of page, a row here and one in src/serve/pages.c. */
export const PAGES: Record<string, string> = {
  home: 'src/pages/home/HomePage.tsx',
  menu: 'src/pages/home/MenuPage.tsx',
  t: 'src/pages/table/TablePage.tsx',
  r: 'src/pages/table/ReceiptPage.tsx',
  staff: 'src/staff.tsx',
};

type Chunk = Rollup.OutputChunk & { viteMetadata?: { importedCss: Set<string> } };

export function withEntry(html: string, scripts: readonly string[], styles: readonly string[]): string {
  const links = [
    ...styles.filter((file) => !html.includes(`/${file}"`)).map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`),
    ...scripts.filter((file) => !html.includes(`/${file}"`)).map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`),
  ];
  return html.replace('</head>', `${links.join('\n    ')}\n  </head>`);
}

export function entryPages(): Plugin {
  let folder = 'dist';
  const needs = new Map<string, { scripts: string[]; styles: string[] }>();
  return {
    name: 'entry-pages',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      for (const [name, module] of Object.entries(PAGES)) {
        const entry = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module));
        if (!entry) throw new Error(`${module} is no chunk of its own`);
        const scripts = new Set<string>();
        const styles = new Set<string>();
        const take = (chunk: Chunk | undefined): void => {
          if (!chunk || scripts.has(chunk.fileName)) return;
          scripts.add(chunk.fileName);
          for (const file of chunk.imports) take(byFile.get(file));
          for (const file of chunk.viteMetadata?.importedCss ?? []) styles.add(file);
        };
        take(entry);
        needs.set(name, { scripts: [...scripts], styles: [...styles] });
      }
    },
    closeBundle() {
      const html = readFileSync(join(folder, 'index.html'), 'utf8');
      for (const [name, { scripts, styles }] of needs) writeFileSync(join(folder, `${name}.html`), withEntry(html, scripts, styles));
    },
  };
}
