/* Texts live in the catalogues: no page holds words of its own, and every language says the same things. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type Token } from '@messageformat/parser';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { signature, type Catalogue } from '../../build/messages';
import { asLanguage, LANGUAGES, languageFor, localeFor } from './languages';
import { loadSay, loadTexts } from './load';

/* Attributes that people read or hear. */
const SPOKEN = new Set(['label', 'title', 'subtitle', 'placeholder', 'aria-label', 'aria-description', 'description', 'alt', 'hint', 'text', 'confirm', 'cancel', 'error']);
const WORD = /\p{L}{2,}/u;

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : path.endsWith('.tsx') && !path.includes('.test.') ? [path] : [];
  });
}

type Node = Record<string, unknown> & { type?: string };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/* The texts that stand in an expression: itself, in both arms of a choice, in a template. */
function literals(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [node['value']] : [];
    case 'TemplateLiteral':
      return (node['quasis'] as Node[]).map((quasi) => String((quasi['value'] as Node)['cooked'] ?? ''));
    case 'ConditionalExpression':
      return [...literals(node['consequent']), ...literals(node['alternate'])];
    case 'LogicalExpression':
      return [...literals(node['left']), ...literals(node['right'])];
    case 'JSXExpressionContainer':
      return literals(node['expression']);
    default:
      return [];
  }
}

export function wordsIn(name: string, source: string): string[] {
  const found: string[] = [];
  const note = (texts: readonly string[]): void => void found.push(...texts.filter((text) => WORD.test(text.replace(/&\w+;/g, ''))).map((text) => text.trim()));
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one);
      return;
    }
    if (!isNode(node)) return;
    if (node.type === 'JSXText' && typeof node['value'] === 'string') note([node['value']]);
    if ((node.type === 'JSXElement' || node.type === 'JSXFragment') && Array.isArray(node['children'])) {
      for (const child of node['children']) if (isNode(child) && child.type === 'JSXExpressionContainer') note(literals(child));
    }
    if (node.type === 'JSXAttribute' && isNode(node['name']) && SPOKEN.has(String(node['name']['name']))) note(literals(node['value']));
    Object.values(node).forEach(walk);
  };
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name} does not parse`);
  walk(program);
  return found;
}

test('the guard sees words in elements, in spoken attributes and in what is chosen between, and nothing else', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a program's text
  const source = "const a = <p title=\"Hello there\" className=\"big\" aria-label={x ? 'Yes' : t.no}>Good day {name}{b && 'Bye'}&nbsp;<b data-x={'quiet'}>·</b>{`${n} pieces`}</p>;";
  expect(wordsIn('x.tsx', source)).toEqual(['Bye', 'pieces', 'Hello there', 'Yes', 'Good day']);
});

test.each(files(join(import.meta.dirname, '..')).map((path) => [path.slice(path.lastIndexOf('/src/') + 5), path]))('%s speaks through the catalogue', (name, path) => {
  expect(wordsIn(name, readFileSync(path, 'utf8'))).toEqual([]);
});

const PARTS = ['guest', 'house', 'book', 'held', 'seated', 'my', 'booked', 'waiver', 'staff', 'widget'] as const;
const catalogue = (language: string, part: string): Catalogue => JSON.parse(readFileSync(join(import.meta.dirname, language, `${part}.json`), 'utf8')) as Catalogue;

/* Every message by its path. */
function messagesOf(part: Catalogue, path = ''): Map<string, string> {
  return new Map(
    Object.entries(part).flatMap(([key, value]): [string, string][] => {
      const here = `${path}${path ? '.' : ''}${key}`;
      if (typeof value === 'string') return [[here, value]];
      if (Array.isArray(value)) return value.map((text, index): [string, string] => [`${here}[${index}]`, text]);
      return [...messagesOf(value, here)];
    }),
  );
}

function parametersOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => ('arg' in token ? [token.arg, ...('cases' in token ? token.cases.flatMap((one) => parametersOf(one.tokens)) : [])] : []));
}

/* The plural forms that the counts of a restaurant take: Spanish has one more that begins at a million. */
function pluralsOf(language: string): string[] {
  const rules = new Intl.PluralRules(language);
  return [...new Set([...Array.from({ length: 1001 }, (_, count) => rules.select(count)), 'other'])];
}
function missingPlurals(tokens: readonly Token[], language: string): string[] {
  return tokens.flatMap((token) => {
    if (!('cases' in token)) return [];
    const there = new Set(token.cases.map((one) => one.key));
    const missing = token.type === 'plural' ? pluralsOf(language).filter((form) => !there.has(form)) : [];
    return [...missing.map((form) => `${token.arg}: ${form}`), ...token.cases.flatMap((one) => missingPlurals(one.tokens, language))];
  });
}

describe.each(Object.keys(LANGUAGES))('the catalogues of %s', (language) => {
  test.each(PARTS)('%s has the keys of the English one, and each message its parameters', (part) => {
    const english = messagesOf(catalogue('en', part));
    const ours = messagesOf(catalogue(language, part));
    expect([...ours.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of ours) {
      const { parameters } = signature(path.slice(path.lastIndexOf('.') + 1));
      const tokens = parse(text);
      if (parameters === null)
        expect(
          tokens.every((token) => token.type === 'content'),
          `${path}: ${text}`,
        ).toBe(true);
      // One may be left out where the sentence says it otherwise ("nothing" for 0), none may be another.
      else expect(parameters, `${path}: ${text}`).toEqual(expect.arrayContaining(parametersOf(tokens)));
      expect(missingPlurals(tokens, language), `${path}: ${text}`).toEqual([]);
      // A number stands as it is on the tables; "#" would be written in the language's own digits.
      expect(text, path).not.toContain('#');
      expect(text.trim(), path).not.toBe('');
    }
  });

  test('every parameter that the English one shows is shown', () => {
    for (const part of PARTS) {
      const english = messagesOf(catalogue('en', part));
      for (const [path, text] of messagesOf(catalogue(language, part))) {
        expect([...new Set(parametersOf(parse(text)))].sort(), `${path}: ${text}`).toEqual([...new Set(parametersOf(parse(english.get(path) ?? '')))].sort());
      }
    }
  });
});

test('compiled, a message takes its parameters in the order of its key', async () => {
  const { app, menu } = await loadTexts('guest', 'en');
  expect([app.guests(1), app.guests(2), menu.addedAgain(2, 'Pizza')]).toEqual(['1 guest', '2 guests', '2 × Pizza on your list now']);
  const russian = (await loadTexts('guest', 'ru')).app;
  expect([1, 2, 5, 21].map((n) => russian.guests(n))).toEqual(['1 гость', '2 гостя', '5 гостей', '21 гость']);
  const arabic = (await loadTexts('guest', 'ar')).app;
  expect(new Set([0, 1, 2, 3, 11, 100].map((n) => arabic.guests(n).replace(/\d+/, ''))).size).toBeGreaterThanOrEqual(4);
});

test('the language is the chosen one, else the first of the device that there is', () => {
  expect(languageFor('a=b; language=ar', ['de-AT'])).toBe('ar');
  expect(languageFor('language=xx', ['ja', 'de-AT', 'en'])).toBe('de');
  expect(languageFor('', ['ja'])).toBe('en');
  expect(asLanguage('__proto__')).toBeUndefined();
});

test('numbers and days are written as the words beside them, in the way of the reader’s country', async () => {
  expect(localeFor('de', ['de-AT', 'en'])).toBe('de-AT');
  expect(localeFor('de', ['en-US'])).toBe('de');
  expect(localeFor('en', ['fr-FR'])).toBe('en-GB');
  expect(localeFor('en', ['not a language', 'en-US'])).toBe('en-US');
  expect(new Intl.NumberFormat(localeFor('ar', ['ar-EG'])).format(12)).toBe('12');
  expect(await loadSay('ar', ['ar-EG'])).toMatchObject({ dir: 'rtl', language: 'ar' });
  await loadSay('en', []);
});
