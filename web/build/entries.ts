/* One HTML file a kind of page and language (t.de.html, menu.en.html …), which names the scripts, styles and texts of that page at once: otherwise
 * a phone learns of them one after the other, 150 ms each. The daemon chooses the file by the address and the reader (src/serve/pages.c). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin, Rollup } from 'vite';
import { LANGUAGES, type Language } from '../src/texts/languages.ts';
import { moduleOf } from './messages.ts';

/* To add a kind of page, a row here (its module, the parts of the texts it opens with) and one in src/serve/pages.c. */
interface Page {
  module: string;
  texts: string[];
  /* What it opens with besides, a chunk of its own: at its plain address, and under `name/step`, whose file is name-step. */
  opens?: string;
  steps?: Record<string, string>;
}
export const PAGES: Record<string, Page> = {
  home: { module: 'src/pages/home/HomePage.tsx', texts: ['guest'] },
  house: { module: 'src/pages/home/HousePage.tsx', texts: ['guest', 'house'] },
  book: {
    module: 'src/pages/book/BookPage.tsx',
    texts: ['guest', 'house', 'book'],
    opens: 'src/pages/book/BasketStep.tsx',
    steps: { stay: 'src/pages/book/StayStep.tsx', table: 'src/pages/book/TableStep.tsx', pool: 'src/pages/book/PoolStep.tsx', game: 'src/pages/book/GameStep.tsx' },
  },
  menu: { module: 'src/pages/home/MenuPage.tsx', texts: ['guest'] },
  t: { module: 'src/pages/table/TablePage.tsx', texts: ['guest'] },
  r: { module: 'src/pages/table/ReceiptPage.tsx', texts: ['guest', 'seated'] },
  my: { module: 'src/pages/my/MyPage.tsx', texts: ['guest', 'my'] },
  waiver: { module: 'src/pages/waiver/WaiverPage.tsx', texts: ['guest', 'waiver'] },
  party: { module: 'src/pages/party/PartyPage.tsx', texts: ['guest', 'booked', 'waiver'] },
  embed: { module: 'src/pages/embed/EmbedPage.tsx', texts: ['guest', 'widget'] },
  staff: { module: 'src/staff.tsx', texts: ['guest', 'seated', 'staff'] },
};

const STYLE = /<link rel="stylesheet"[^>]*>/g;

type Chunk = Rollup.OutputChunk & { viteMetadata?: { importedCss: Set<string> } };

/* Styles stand at the end: what the daemon has written (its own style is in the head) is painted before they have come, and no program runs before. */
export function withEntry(html: string, scripts: readonly string[], styles: readonly string[]): string {
  const own = html.match(STYLE) ?? [];
  const sheets = [...own, ...styles.filter((file) => !html.includes(`/${file}"`)).map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`)];
  const links = [...scripts.filter((file) => !html.includes(`/${file}"`)).map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`)];
  return html
    .replace(STYLE, '')
    .replace('</head>', `${links.join('\n    ')}\n  </head>`)
    .replace('</body>', `${sheets.join('\n    ')}\n  </body>`);
}

export function inLanguage(html: string, language: Language, noScript: string): string {
  return html.replace('<html lang="en" data-language="any">', `<html lang="${language}" dir="${LANGUAGES[language].dir}">`).replace('<!--noscript-->', noScript);
}

/* The files of all kinds of pages: a kind with steps has one for each. */
function filesToWrite(): { file: string; modules: string[]; texts: string[] }[] {
  return Object.entries(PAGES).flatMap(([name, { module, texts, opens, steps = {} }]) => [
    { file: name, modules: opens === undefined ? [module] : [module, opens], texts },
    ...Object.entries(steps).map(([step, more]) => ({ file: `${name}-${step}`, modules: [module, more], texts })),
  ]);
}

export function entryPages(): Plugin {
  let root = '.';
  let folder = 'dist';
  const needs = new Map<string, { scripts: string[]; styles: string[]; words: string[] }>();
  const texts = new Map<string, string>();
  return {
    name: 'entry-pages',
    apply: 'build',
    configResolved(config) {
      ({ root } = config);
      folder = resolve(config.root, config.build.outDir);
    },
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const chunkOf = (module: string): Chunk => {
        const entry = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module));
        if (!entry) throw new Error(`${module} is no chunk of its own`);
        return entry;
      };
      for (const { file, modules, texts: words } of filesToWrite()) {
        const scripts = new Set<string>();
        const styles = new Set<string>();
        const take = (chunk: Chunk | undefined): void => {
          if (!chunk || scripts.has(chunk.fileName)) return;
          scripts.add(chunk.fileName);
          for (const file of chunk.imports) take(byFile.get(file));
          for (const file of chunk.viteMetadata?.importedCss ?? []) styles.add(file);
        };
        for (const module of modules) take(chunkOf(module));
        needs.set(file, { scripts: [...scripts], styles: [...styles], words });
      }
      for (const chunk of chunks) {
        const catalogue = moduleOf(chunk.facadeModuleId);
        if (catalogue) texts.set(`${catalogue.language}/${catalogue.part}`, chunk.fileName);
      }
    },
    closeBundle() {
      const html = readFileSync(join(folder, 'index.html'), 'utf8');
      for (const language of Object.keys(LANGUAGES) as Language[]) {
        const { app } = JSON.parse(readFileSync(join(root, 'src/texts', language, 'guest.json'), 'utf8')) as { app: { noScript: string } };
        const spoken = inLanguage(html, language, app.noScript);
        writeFileSync(join(folder, `index.${language}.html`), spoken);
        for (const [name, { scripts, styles, words: parts }] of needs) {
          const words = parts.map((part) => {
            const file = texts.get(`${language}/${part}`);
            if (file === undefined) throw new Error(`the texts ${language}/${part} are no chunk of their own`);
            return file;
          });
          writeFileSync(join(folder, `${name}.${language}.html`), withEntry(spoken, [...scripts, ...words], styles));
        }
      }
    },
  };
}
