// A small OpenID Connect provider over real HTTP: discovery, authorization code with PKCE, RS256 ID tokens, key sets that turn.
// What it gives can be bent, to see whether the other side looks.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createHash, createSign, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';

export interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean | string;
  name?: string;
  [claim: string]: unknown;
}
interface Grant {
  person: Person;
  nonce: string;
  challenge: string;
  redirectUri: string;
  clientId: string;
}
interface Key {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export class OidcProvider {
  readonly clientId = 'maitred-tests';
  readonly clientSecret = 'a secret with: signs & such';
  issuer = '';
  /** Who signs in at the provider next. */
  person: Person = { sub: 'nobody' };
  /** Changes the claims of the next ID tokens. */
  bend: (claims: Record<string, unknown>) => Record<string, unknown> = (claims) => claims;
  userinfo: Record<string, unknown> | undefined;
  secretMethods = ['client_secret_basic', 'client_secret_post'];
  requests: string[] = [];
  #keys: Key[] = [];
  #grants = new Map<string, Grant>();
  #tokens = new Map<string, Person>();
  #server: Server;

  constructor() {
    this.turnKeys();
    this.#server = createServer((request, response) => {
      void this.#handle(request).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.issuer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  turnKeys(): void {
    this.#keys = [{ kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }];
  }

  idToken(claims: Record<string, unknown>): string {
    const key = this.#keys[0]!;
    const now = Math.floor(Date.now() / 1000);
    const body = this.bend({ iss: this.issuer, aud: this.clientId, iat: now, exp: now + 300, ...claims });
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: key.kid })}.${encode(body)}`;
    return `${text}.${createSign('sha256').update(text).sign(key.privateKey).toString('base64url')}`;
  }

  async #handle(request: IncomingMessage): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    const url = new URL(request.url ?? '/', this.issuer);
    this.requests.push(`${request.method} ${url.pathname}`);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const json = (status: number, value: unknown) => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/jwks`,
          userinfo_endpoint: `${this.issuer}/userinfo`,
          token_endpoint_auth_methods_supported: this.secretMethods,
        });
      case '/jwks':
        return json(200, { keys: this.#keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' })) });
      case '/authorize': {
        const q = url.searchParams;
        const code = randomUUID();
        this.#grants.set(code, {
          person: this.person,
          nonce: q.get('nonce') ?? '',
          challenge: q.get('code_challenge') ?? '',
          redirectUri: q.get('redirect_uri') ?? '',
          clientId: q.get('client_id') ?? '',
        });
        const back = new URL(q.get('redirect_uri') ?? '');
        back.searchParams.set('code', code);
        back.searchParams.set('state', q.get('state') ?? '');
        return { status: 302, headers: { location: back.href }, body: '' };
      }
      case '/token': {
        const form = new URLSearchParams(text);
        const grant = this.#grants.get(form.get('code') ?? '');
        this.#grants.delete(form.get('code') ?? '');
        const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64')
          .toString()
          .split(':')
          .map(decodeURIComponent);
        const secret = form.get('client_secret') ?? basic[1];
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (!grant || secret !== this.clientSecret || challenge !== grant.challenge || form.get('redirect_uri') !== grant.redirectUri || grant.clientId !== this.clientId) {
          return json(400, { error: 'invalid_grant' });
        }
        const accessToken = randomUUID();
        this.#tokens.set(accessToken, grant.person);
        return json(200, { access_token: accessToken, refresh_token: randomUUID(), token_type: 'bearer', expires_in: 300, id_token: this.idToken({ ...grant.person, nonce: grant.nonce }) });
      }
      case '/userinfo':
        return this.#tokens.has((request.headers.authorization ?? '').replace(/^Bearer /, '')) && this.userinfo ? json(200, this.userinfo) : json(401, {});
      default:
        return json(404, {});
    }
  }
}
