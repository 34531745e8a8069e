/* The basket of this device: what is held, until when, and how it gets there although the network may blink.
 *
 * The first part makes a basket, the others join it; each is held at once or refused. A hold is sent under a key that stays until it is answered, and each
 * part has a key of its own, so that an answer that got lost is found again instead of held twice. What is kept is a copy: the daemon has the truth. */
import { clock } from '@/lib/clock';
import { forget, isRecord, keep, recall } from '@/lib/keep';
import { uuid } from '@/lib/ids';
import type { Api } from './api';
import type { Basket, Gone, Guest, Part, Pay, PriceChange } from './bookingShapes';
import { BASKET } from './kept';
import { Away, isRefusal, type Refusal } from './refusal';

interface Kept {
  token: string;
  basket: Basket;
}

/* A hold that has been sent and not been answered yet. */
interface Trying {
  key: string;
  text: string;
}

const HOLD = 'basket.hold';

const asKept = (value: unknown): Kept | undefined =>
  isRecord(value) && typeof value['token'] === 'string' && isRecord(value['basket']) && Array.isArray(value['basket']['parts']) ? (value as unknown as Kept) : undefined;
const asTrying = (value: unknown): Trying | undefined =>
  isRecord(value) && typeof value['key'] === 'string' && typeof value['text'] === 'string' ? { key: value['key'], text: value['text'] } : undefined;

/* The parts that a refusal says are gone. */
export function goneIn(error: unknown): Gone[] {
  if (!isRefusal(error) || error.reason !== 'gone' || !Array.isArray(error.facts['parts'])) return [];
  return (error.facts['parts'] as Gone[]).map((part) => ({ ...part, alternatives: Array.isArray(part.alternatives) ? part.alternatives : [] }));
}

/* The prices that a refusal says have changed; null when it is about something else. */
export function priceChangeIn(error: unknown): PriceChange[] | null {
  if (!isRefusal(error, 409) || error.reason !== 'price_changed') return null;
  return Array.isArray(error.facts['parts']) ? (error.facts['parts'] as PriceChange[]) : [];
}

/* At confirming the sum is another. */
export function totalChangeIn(error: unknown): { was: number; now: number } | null {
  if (!isRefusal(error, 409) || error.field !== 'p_total') return null;
  const was = error.number('was');
  const now = error.number('now');
  return was === undefined || now === undefined ? null : { was, now };
}

/* The basket's time is up, or nobody knows it any more. */
export const isOverIn = (error: unknown): error is Refusal => isRefusal(error, 410) || (isRefusal(error, 404) && error.field === 'p_token');

export const isHeld = (basket: Basket | null): basket is Basket => basket !== null && basket.status === 'open' && basket.parts.length > 0;

/* What would hold a basket's parts again, at the prices that were shown. */
export const partsAgain = (basket: Basket): Part[] => basket.parts.map((part) => ({ ...part.request, key: part.key ?? uuid(), price: part.price }));

export class BasketStore {
  #kept: Kept | null;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly api: Pick<Api, 'read' | 'call'>) {
    this.#kept = recall(BASKET, asKept) ?? null;
    // Another tab of this house has the same basket.
    if (typeof window !== 'undefined')
      window.addEventListener('storage', ({ key }) => {
        if (key !== null && !key.endsWith(`.${BASKET}`)) return;
        this.#kept = recall(BASKET, asKept) ?? null;
        this.#tell();
      });
  }

  readonly state = (): Basket | null => this.#kept?.basket ?? null;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #take(token: string, basket: Basket): Basket {
    clock.set(Date.parse(basket.now), Date.now());
    this.#kept = { token, basket };
    keep(BASKET, this.#kept);
    this.#tell();
    return basket;
  }

  /* The guest begins anew: after a confirmation, or when nothing of it is wanted any more. */
  drop(): void {
    this.#kept = null;
    forget(BASKET);
    forget(HOLD);
    this.#tell();
  }

  /* How it stands. A basket that nobody knows any more is none. */
  async refresh(): Promise<Basket | null> {
    const kept = this.#kept;
    if (!kept) return null;
    try {
      const basket = await this.api.read('get_basket', { p_token: kept.token });
      // Expired, the daemon lets its parts go one day; what was in it is offered again from what is known here.
      return this.#take(kept.token, basket.parts.length === 0 && basket.status === 'expired' ? { ...basket, parts: kept.basket.parts } : basket);
    } catch (error) {
      if (isRefusal(error, 404)) this.drop();
      throw error;
    }
  }

  /* Holds these parts in a basket of their own. */
  async hold(parts: readonly Part[], acceptPrices = false): Promise<Basket> {
    const text = JSON.stringify([parts, acceptPrices]);
    const before = recall(HOLD, asTrying);
    const trying = before?.text === text ? before : { key: uuid(), text };
    keep(HOLD, trying);
    try {
      const { token, ...basket } = await this.api.call('hold_basket', { p_parts: parts, p_accept_prices: acceptPrices, p_idempotency_key: trying.key });
      forget(HOLD);
      return this.#take(token, basket);
    } catch (error) {
      // Answered: no. Only what was not answered may have happened.
      if (!(error instanceof Away)) forget(HOLD);
      throw error;
    }
  }

  /* Adds and removes in one step; all of it or nothing. */
  async change(add: readonly Part[], remove: readonly string[] = [], acceptPrices = false): Promise<Basket> {
    const kept = this.#kept;
    if (kept?.basket.status !== 'open') return this.hold(add, acceptPrices);
    try {
      return this.#take(kept.token, await this.api.call('change_basket', { p_token: kept.token, p_add: add, p_remove: [...remove], p_accept_prices: acceptPrices }));
    } catch (error) {
      if (error instanceof Away && add.length > 0) return this.#afterSilence(error, add);
      if (!isOverIn(error)) throw error;
      // Its time is up: what was in it and what comes are held together, or the guest hears what is gone.
      const again = partsAgain(kept.basket).filter((part) => !remove.includes(kept.basket.parts.find((old) => old.key === part.key)?.id ?? ''));
      return this.hold([...again, ...add], acceptPrices);
    }
  }

  /* The answer got lost: the basket says whether it happened. */
  async #afterSilence(error: Away, add: readonly Part[]): Promise<Basket> {
    const basket = await this.refresh().catch(() => null);
    if (basket && add.every((part) => basket.parts.some((held) => held.key === part.key))) return basket;
    throw error;
  }

  async remove(id: string): Promise<void> {
    const kept = this.#kept;
    if (!kept) return;
    if (kept.basket.parts.length === 1) {
      await this.api.call('release_basket', { p_token: kept.token });
      this.drop();
      return;
    }
    await this.change([], [id]);
  }

  /* Books. Asked again it answers the same: the basket's token is the key, so a lost answer is no second booking. */
  async confirm(guest: Guest, pay: readonly Pay[], total: number, wishes: string): Promise<Basket> {
    const kept = this.#kept;
    if (!kept) throw new Error('no basket');
    const { replayed: _, ...basket } = await this.api.call('confirm_basket', {
      p_token: kept.token,
      p_guest: guest,
      p_pay: pay,
      p_total: total,
      ...(wishes === '' ? {} : { p_special_requests: wishes }),
    });
    return this.#take(kept.token, basket);
  }
}
