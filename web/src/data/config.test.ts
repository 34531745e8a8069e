import { expect, test } from 'vitest';
import { fetchConfig, readConfig, siteUrl } from './config';
import { offersOf } from './places';
import { Away, Refusal } from './refusal';

const told = { name: 'Pizza', schema: 'tenant_pizza', theme_config: { primary_color: '#123456', other: 1 }, modules: ['core', 'dining', 7], anon_key: 'key', site_url: 'http://pizza.localhost/' };

test('takes what it knows and leaves the rest', () => {
  const config = readConfig(told);
  expect(config).toEqual({ name: 'Pizza', schema: 'tenant_pizza', theme_config: { primary_color: '#123456' }, modules: ['core', 'dining'], anon_key: 'key', site_url: 'http://pizza.localhost/' });
  expect(siteUrl(config, 'http://else')).toBe('http://pizza.localhost');
  expect(readConfig({})).toMatchObject({ name: 'maitred', modules: [], theme_config: {}, site_url: null });
  expect(siteUrl(readConfig({}), 'http://else')).toBe('http://else');
});

test('an unknown host is a refusal, a missing daemon is not', async () => {
  await expect(fetchConfig(async () => new Response('{"code":"MD404","message":"Nobody here."}', { status: 404 }), '')).rejects.toThrow(Refusal);
  await expect(fetchConfig(async () => new Response('', { status: 503 }), '')).rejects.toThrow(Away);
  await expect(fetchConfig(async () => Promise.reject(new TypeError('Failed to fetch')), '')).rejects.toThrow(Away);
  await expect(fetchConfig(async () => new Response('<html>', { status: 200 }), '')).rejects.toThrow(Refusal);
});

test('what is offered follows the modules, in one order', () => {
  expect(offersOf({ modules: ['core', 'experiences', 'dining', 'labor'] })).toEqual(['dining', 'experiences']);
});
