/* Texts live in the catalogue: no page may hold words of its own. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { sayFor } from '.';

/* Attributes that people read or hear. */
const SPOKEN = new Set(['label', 'title', 'placeholder', 'aria-label', 'description', 'alt', 'hint', 'confirm', 'cancel', 'error']);
const WORD = /\p{L}{2,}/u;

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : path.endsWith('.tsx') && !path.includes('.test.') ? [path] : [];
  });
}

type Node = Record<string, unknown> & { type?: string };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

export function wordsIn(name: string, source: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one);
      return;
    }
    if (!isNode(node)) return;
    if (node.type === 'JSXText' && typeof node['value'] === 'string' && WORD.test(node['value'].replace(/&\w+;/g, ''))) found.push(node['value'].trim());
    if (node.type === 'JSXAttribute' && isNode(node['name']) && SPOKEN.has(String(node['name']['name']))) {
      const value = node['value'];
      if (isNode(value) && value.type === 'Literal' && WORD.test(String(value['value']))) found.push(String(value['value']));
    }
    Object.values(node).forEach(walk);
  };
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name} does not parse`);
  walk(program);
  return found;
}

test('the guard sees words in elements and in spoken attributes, and nothing else', () => {
  expect(wordsIn('x.tsx', 'const a = <p title="Hello there" className="big">Good day {name}&nbsp;<b>·</b></p>;')).toEqual(['Hello there', 'Good day']);
});

test.each(files(join(import.meta.dirname, '..')).map((path) => [path.slice(path.lastIndexOf('/src/') + 5), path]))('%s speaks through the catalogue', (name, path) => {
  expect(wordsIn(name, readFileSync(path, 'utf8'))).toEqual([]);
});

test('texts follow the languages we have, numbers follow the reader', () => {
  expect(sayFor(['de-AT', 'en'])).toMatchObject({ locale: 'de-AT', dir: 'ltr' });
  expect(sayFor(['en-GB']).locale).toBe('en-GB');
  expect(sayFor(['not a language']).locale).toBe('en');
  expect(sayFor([]).locale).toBe('en');
});
