import { expect, test, vi } from 'vitest';
import { hearPage, lookOf, pageOrigin, tellPage } from './around';

test.each([
  ['?page=https%3A%2F%2Fblog.example', 'https://blog.example'],
  ['?page=https%3A%2F%2Fblog.example%2Fpath', 'https://blog.example'],
  ['?page=javascript%3Aalert(1)', null],
  ['?page=*', null],
  ['', null],
])('%s is a page of %s', (search, origin) => expect(pageOrigin(search)).toBe(origin));

test('a look is one of ours or none', () => {
  expect(lookOf({ theme: 'dark', colour: '#0b7285' })).toEqual({ theme: 'dark', colour: '#0b7285' });
  expect(lookOf({ theme: 'neon', colour: 'url(x)' })).toEqual({ theme: null, colour: null });
});

test('only the page that was named is spoken to, and only the page around is heard', () => {
  const parent = { postMessage: vi.fn() };
  vi.stubGlobal('parent', parent);
  tellPage({ maitred: 'ready' }, '?page=https://blog.example');
  expect(parent.postMessage).toHaveBeenCalledExactlyOnceWith({ maitred: 'ready' }, 'https://blog.example');
  tellPage({ maitred: 'ready' }, '');
  expect(parent.postMessage).toHaveBeenCalledOnce();

  const heard: unknown[] = [];
  const stop = hearPage((look) => heard.push(look), '?page=https://blog.example');
  const say = (origin: string, source: unknown, data: unknown) => window.dispatchEvent(new MessageEvent('message', { origin, source: source as Window, data }));
  say('https://evil.example', parent, { maitred: 'look', theme: 'dark' });
  say('https://blog.example', window, { maitred: 'look', theme: 'dark' });
  say('https://blog.example', parent, { maitred: 'other' });
  expect(heard).toEqual([]);
  say('https://blog.example', parent, { maitred: 'look', theme: 'dark' });
  expect(heard).toEqual([{ theme: 'dark', colour: null }]);
  stop();
  vi.unstubAllGlobals();
});
