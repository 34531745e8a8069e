/* Catalogues of texts (src/texts/<language>/<part>.json) hold ICU messages. `import('…/de/guest.json?messages')` is such a file compiled: what stands
 * still is a text, what depends on something a function, `"guests(n: number)": "{n, plural, …}"` is `guests(3)`. A page reads no ICU. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import MessageFormat from '@messageformat/core';
import compileModule from '@messageformat/core/compile-module.js';
import type { Plugin } from 'vite';

export type Catalogue = { [key: string]: string | string[] | Catalogue };

const QUERY = '.json?messages';
const VIRTUAL = '\0messages:';

/* "guests(n: number)" is `guests` of n. */
export function signature(key: string): { name: string; parameters: string[] | null } {
  const found = /^([^(]+)\(([^)]*)\)$/.exec(key);
  if (!found) return { name: key, parameters: null };
  const [, name = '', list = ''] = found;
  return { name, parameters: list === '' ? [] : list.split(', ').map((one) => one.split(': ')[0] ?? '') };
}

export function compileCatalogue(language: string, catalogue: Catalogue): string {
  const messages: Record<string, string> = {};
  let count = 0;
  const message = (text: string): string => {
    const name = `m${count++}`;
    messages[name] = text;
    return name;
  };
  const nest = (part: Catalogue): string =>
    `{${Object.entries(part)
      .map(([key, value]) => {
        const { name, parameters } = signature(key);
        const quoted = JSON.stringify(name);
        if (typeof value === 'object' && !Array.isArray(value)) return `${quoted}: ${nest(value)}`;
        if (Array.isArray(value)) return `${quoted}: ${JSON.stringify(value)}`;
        if (parameters === null) return `${quoted}: ${JSON.stringify(value)}`;
        return `${quoted}: (${parameters.join(', ')}) => compiled.${message(value)}({ ${parameters.join(', ')} })`;
      })
      .join(',\n')}}`;
  const tree = nest(catalogue);
  const compiled = compileModule(new MessageFormat(language), messages);
  return `${compiled.replace('export default', 'const compiled =')};\nexport default ${tree};\n`;
}

/* Which catalogue a chunk's module is, if it is one. */
export function moduleOf(id: string | null | undefined): { language: string; part: string } | undefined {
  return id?.startsWith(VIRTUAL) ? { language: basename(dirname(id)), part: basename(id) } : undefined;
}

export function messages(): Plugin {
  return {
    name: 'messages',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith(QUERY) || importer === undefined) return null;
      return VIRTUAL + resolve(dirname(importer), source.slice(0, -QUERY.length));
    },
    load(id) {
      if (!id.startsWith(VIRTUAL)) return null;
      const path = `${id.slice(VIRTUAL.length)}.json`;
      this.addWatchFile(path);
      return compileCatalogue(basename(dirname(path)), JSON.parse(readFileSync(path, 'utf8')) as Catalogue);
    },
  };
}
