/* Puts the fake restaurant behind `npm run dev` and `npm run preview`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { answer } from './http.ts';
import { FakeRestaurant } from './restaurant.ts';

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('error', reject);
  });
}

async function serve(house: FakeRestaurant, request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  const told = answer(house, { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body: await bodyOf(request) });
  if (!told) return next();
  response.writeHead(told.status, told.headers);
  response.end(told.body);
}

export function pretend(): Plugin {
  const house = new FakeRestaurant();
  const middleware = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (!/^\/(app\/config|auth\/v1|rest\/v1)/.test(request.url ?? '')) {
      next();
      return;
    }
    serve(house, request, response, next).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
  return {
    name: 'pretend',
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => void server.middlewares.use(middleware),
  };
}
