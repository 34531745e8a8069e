/* Of Mantine's styles only those of the components that a page uses: each component's class names come from a module of its own
 * (`Button.module.mjs`), so the module brings its style sheet along, and both stay out where nobody imports the component. In a cascade
 * layer: our own rules win without having to shout. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const CLASS_NAMES = /@mantine\/core\/esm\/.*\/([A-Za-z]+)\.module\.mjs$/;
const sheets = fileURLToPath(new URL('../node_modules/@mantine/core/styles/', import.meta.url));

/* Mantine's fourteen palettes: all but greys are the theme's own (lib/theme.ts; blue is what Mantine counts from), and for each Mantine writes variables into the page as it starts. */
const PALETTES_IN_CODE = /^\t(?:red|pink|grape|violet|indigo|cyan|teal|green|lime|yellow|orange): \[[^\]]*\],?\n/gm;

export function usedStyles(): Plugin {
  return {
    name: 'used-styles',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (id.endsWith('/default-colors.mjs')) return { code: code.replace(PALETTES_IN_CODE, ''), map: null };
      const name = CLASS_NAMES.exec(id.split('?')[0] ?? '')?.[1];
      if (name === undefined || !existsSync(`${sheets}${name}.layer.css`)) return null;
      return { code: `import '@mantine/core/styles/${name}.layer.css';\n${code}`, map: null };
    },
  };
}
