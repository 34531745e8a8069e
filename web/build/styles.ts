/* Of Mantine's styles only those of the components that a page uses: each component's class names come from a module of its own
 * (`Button.module.mjs`), so the module brings its style sheet along, and both stay out where nobody imports the component. In a cascade
 * layer: our own rules win without having to shout. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const CLASS_NAMES = /@mantine\/core\/esm\/.*\/([A-Za-z]+)\.module\.mjs$/;
const sheets = fileURLToPath(new URL('../node_modules/@mantine/core/styles/', import.meta.url));

/* Mantine writes its fourteen palettes out; the ones that mean something here are made by lib/theme.ts, the others nobody uses. */
const UNUSED = /--mantine-color-(?:pink|grape|indigo|cyan|lime)-[a-z0-9-]+:\s*[^;}]+;?/g;
const PALETTES = /--mantine-color-(?:red|pink|grape|violet|indigo|blue|cyan|teal|green|lime|yellow|orange)-[0-9]:\s*[^;}]+;?/g;

/* The palettes in the program: all but greys are the theme's own (lib/theme.ts; blue is what Mantine counts from), and for each Mantine writes variables into the page as it starts. */
const PALETTES_IN_CODE = /^\t(?:red|pink|grape|violet|indigo|cyan|teal|green|lime|yellow|orange): \[[^\]]*\],?\n/gm;

export function usedStyles(): Plugin {
  return {
    name: 'used-styles',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (id.endsWith('/default-colors.mjs')) return { code: code.replace(PALETTES_IN_CODE, ''), map: null };
      if (id.includes('default-css-variables.layer.css')) return { code: code.replaceAll(UNUSED, '').replaceAll(PALETTES, ''), map: null };
      const name = CLASS_NAMES.exec(id.split('?')[0] ?? '')?.[1];
      if (name === undefined || !existsSync(`${sheets}${name}.layer.css`)) return null;
      return { code: `import '@mantine/core/styles/${name}.layer.css';\n${code}`, map: null };
    },
  };
}
