import { expect, test } from 'vitest';
import { filesOfPages } from './worker';

const chunk = (name: string, more: { module?: string; isEntry?: boolean; imports?: string[]; later?: string[]; styles?: string[] } = {}) => ({
  fileName: `assets/${name}.js`,
  facadeModuleId: more.module ?? null,
  isEntry: more.isEntry ?? false,
  imports: (more.imports ?? []).map((file) => `assets/${file}.js`),
  dynamicImports: (more.later ?? []).map((file) => `assets/${file}.js`),
  viteMetadata: { importedCss: new Set((more.styles ?? []).map((file) => `assets/${file}.css`)) },
});

test('a kind of page keeps what it may need sooner or later, and nothing of the other kinds', () => {
  const pages = filesOfPages([
    chunk('first', { isEntry: true, later: ['table', 'staff', 'fonts'], styles: ['first'] }),
    chunk('fonts'),
    chunk('table', { module: '/web/src/pages/table/TablePage.tsx', imports: ['first'], later: ['seated'], styles: ['table'] }),
    chunk('seated', { imports: ['table'] }),
    chunk('staff', { module: '/web/src/staff.tsx', imports: ['first'], later: ['kitchen'] }),
    chunk('kitchen'),
  ]);
  expect(pages['t']).toEqual(['/assets/first.css', '/assets/first.js', '/assets/fonts.js', '/assets/seated.js', '/assets/table.css', '/assets/table.js']);
  expect(pages['staff']).toEqual(['/assets/first.css', '/assets/first.js', '/assets/fonts.js', '/assets/kitchen.js', '/assets/staff.js']);
});
