/* Two ways not to get an answer: the daemon refused (and says why), or it could not be reached. */
import { isRecord } from '@/lib/keep';

/* A sentence for people in `message`, facts for programs in `facts`: `field` names the parameter to blame. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null,
    readonly facts: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }

  get field(): string | undefined {
    return this.text('field');
  }
  get reason(): string | undefined {
    return this.text('reason');
  }
  text(name: string): string | undefined {
    const value = this.facts[name];
    return typeof value === 'string' ? value : undefined;
  }
  number(name: string): number | undefined {
    const value = this.facts[name];
    return typeof value === 'number' ? value : undefined;
  }
}

export class Away extends Error {
  override readonly name = 'Away';
  constructor(readonly retryAfterMs: number | null = null) {
    super('The server cannot be reached.');
  }
}

/* `details` is a JSON string in our own refusals, prose or null in the database's. */
function factsOf(details: unknown): Record<string, unknown> {
  if (isRecord(details)) return details;
  if (typeof details !== 'string' || details === '') return {};
  try {
    const parsed: unknown = JSON.parse(details);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

export function refusalFrom(status: number, body: unknown): Refusal {
  const record = isRecord(body) ? body : {};
  const text = (name: string): string | null => {
    const value = record[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return new Refusal(status, text('code') ?? String(status), text('message') ?? text('msg') ?? '', text('hint'), factsOf(record['details']));
}

export function isRefusal(error: unknown, status?: number): error is Refusal {
  return error instanceof Refusal && (status === undefined || error.status === status);
}

/* The session behind a token is gone: cleared, the guest removed, the token too old. */
export function isOver(error: unknown): boolean {
  return isRefusal(error, 410) || isRefusal(error, 401);
}
