// An authenticator in software (WebAuthn level 2), with a fault to order: what a browser and a key would send.
import { createHash, generateKeyPairSync, randomBytes, sign as signBytes, type KeyObject } from 'node:crypto';

type Cbor = number | string | Buffer | Map<number, Cbor> | { [name: string]: Cbor };

function head(major: number, n: number): Buffer {
  if (n < 24) return Buffer.from([(major << 5) | n]);
  if (n < 256) return Buffer.from([(major << 5) | 24, n]);
  return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
}

export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -value - 1);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries: [number | string, Cbor][] = value instanceof Map ? [...value.entries()] : Object.entries(value);
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([key, entry]) => [cbor(key), cbor(entry)])]);
}

const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
const text64 = (bytes: Buffer) => bytes.toString('base64url');

export interface Fault {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  flags?: number;
  count?: number;
  id?: string;
  handle?: string;
}

export class Authenticator {
  readonly id = randomBytes(32);
  count = 0;
  handle = '';
  private readonly key: KeyObject;
  private readonly cose: Buffer;
  private readonly algorithm: number;
  private readonly origin: string;

  constructor(origin: string, algorithm: -7 | -8 | -257 = -7) {
    this.origin = origin;
    this.algorithm = algorithm;
    const pair = algorithm === -7 ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : algorithm === -8 ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.key = pair.privateKey;
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const part = (name: 'x' | 'y' | 'n' | 'e') => Buffer.from(jwk[name] ?? '', 'base64url');
    this.cose = cbor(
      new Map<number, Cbor>(
        algorithm === -7
          ? [
              [1, 2],
              [3, -7],
              [-1, 1],
              [-2, part('x')],
              [-3, part('y')],
            ]
          : algorithm === -8
            ? [
                [1, 1],
                [3, -8],
                [-1, 6],
                [-2, part('x')],
              ]
            : [
                [1, 3],
                [3, -257],
                [-1, part('n')],
                [-2, part('e')],
              ],
      ),
    );
  }

  private clientData(type: string, challenge: string, fault: Fault): Buffer {
    return Buffer.from(JSON.stringify({ type: fault.type ?? type, challenge: fault.challenge ?? challenge, origin: fault.origin ?? this.origin, crossOrigin: fault.crossOrigin ?? false }));
  }

  private counter(fault: Fault): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(fault.count ?? this.count);
    return bytes;
  }

  create(options: { challenge: string; rp: { id: string }; user: { id: string } }, fault: Fault = {}): Record<string, unknown> {
    this.handle = options.user.id;
    const length = Buffer.from([this.id.length >> 8, this.id.length & 255]);
    const authData = Buffer.concat([digest(fault.rpId ?? options.rp.id), Buffer.from([fault.flags ?? 0x45]), this.counter(fault), Buffer.alloc(16), length, this.id, this.cose]);
    const id = fault.id ?? text64(this.id);
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        transports: ['internal'],
        attestationObject: text64(cbor({ fmt: 'none', attStmt: {}, authData })),
        clientDataJSON: text64(this.clientData('webauthn.create', options.challenge, fault)),
      },
    };
  }

  get(options: { challenge: string; rpId: string }, fault: Fault = {}): Record<string, unknown> {
    this.count++;
    const authenticatorData = Buffer.concat([digest(fault.rpId ?? options.rpId), Buffer.from([fault.flags ?? 0x05]), this.counter(fault)]);
    const clientData = this.clientData('webauthn.get', options.challenge, fault);
    const signed = Buffer.concat([authenticatorData, digest(clientData)]);
    const signature = signBytes(this.algorithm === -8 ? null : 'sha256', signed, this.key);
    const id = fault.id ?? text64(this.id);
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { authenticatorData: text64(authenticatorData), clientDataJSON: text64(clientData), signature: text64(signature), userHandle: fault.handle ?? this.handle },
    };
  }
}
