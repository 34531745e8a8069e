import { expect, test, vi } from 'vitest';
import { CONFIG } from '../../fake/http';

test("the spec's import is a client of this house, with its public key", async () => {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push(request);
    const answer = request.url.endsWith('/app/config') ? CONFIG : [{ id: 'v1' }];
    return Promise.resolve(Response.json(answer));
  });
  const { supabase } = await import('./supabase');
  const { data: venue } = await supabase.rpc('get_venue_by_embed_key', { p_embed_key: 'your-embed-key' });
  expect(venue).toEqual([{ id: 'v1' }]);
  expect(asked.map((request) => new URL(request.url).pathname)).toEqual(['/app/config', '/rest/v1/rpc/get_venue_by_embed_key']);
  expect(asked[1]?.headers.get('apikey')).toBe(CONFIG.anon_key);
  vi.unstubAllGlobals();
});
