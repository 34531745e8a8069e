// One request to two servers, and what differs between their answers.
import http from 'node:http';
import type { Request } from './requests.ts';

export interface Server {
  port: number;
  host: string;
  prefix: string;
  token?: string;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

export function ask(server: Server, request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { Host: server.host, ...request.headers };
    if (server.token) headers['Authorization'] = `Bearer ${server.token}`;
    if (request.body !== null) headers['Content-Length'] = String(Buffer.byteLength(request.body));
    const sent = http.request({ host: '127.0.0.1', port: server.port, method: request.method, path: server.prefix + request.path, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('error', reject);
    sent.end(request.body ?? undefined);
  });
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The same value with its keys in order, so that two documents compare as texts. */
export function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key] ?? null)]),
  );
}

function normal(answer: Answer): string {
  if (!(answer.headers['content-type'] ?? '').includes('json') || answer.body === '') return answer.body;
  try {
    return JSON.stringify(canonical(JSON.parse(answer.body) as Json));
  } catch {
    return answer.body;
  }
}

const comparedHeaders = ['content-type', 'content-range', 'location', 'preference-applied', 'x-tea', 'x-why'];

/** What differs, one line each; empty when the answers mean the same. */
export function differences(ours: Answer, theirs: Answer): string[] {
  const found: string[] = [];
  if (ours.status !== theirs.status) found.push(`status ${ours.status}, theirs ${theirs.status}`);
  const failed = theirs.status >= 400 || theirs.status === 300;
  if (failed && ours.status === theirs.status) {
    const code = (body: string) => {
      try {
        return (JSON.parse(body) as { code?: string }).code;
      } catch {
        return body;
      }
    };
    const message = (body: string) => {
      try {
        return (JSON.parse(body) as { message?: string }).message;
      } catch {
        return body;
      }
    };
    if (code(ours.body) !== code(theirs.body)) found.push(`code ${code(ours.body)}, theirs ${code(theirs.body)}`);
    if (message(ours.body) !== message(theirs.body)) found.push(`message ${message(ours.body)}, theirs ${message(theirs.body)}`);
  } else if (normal(ours) !== normal(theirs)) {
    found.push(`body ${ours.body}\n          theirs ${theirs.body}`);
  }
  for (const name of comparedHeaders) if (!failed && ours.headers[name] !== theirs.headers[name]) found.push(`${name} ${String(ours.headers[name])}, theirs ${String(theirs.headers[name])}`);
  return found;
}
