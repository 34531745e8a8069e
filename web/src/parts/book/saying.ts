/* How the booking pages say days, prices, parts and refusals, on the clock of the house. */
import type { Basket, FrontPage, Gone, Part, PriceLine, Quoted } from '@/data/bookingShapes';
import { isRefusal } from '@/data/refusal';
import { price, shortDay, wallTime } from '@/lib/days';
import { dayTime } from '@/lib/format';
import type { Say, Texts } from '@/texts';

/* When a part is. A stay is days, the others have a time. */
export function whenOf(part: Pick<Quoted, 'kind' | 'starts_at' | 'ends_at' | 'timezone'> & { request?: Part }, { locale }: Pick<Say, 'locale'>): string {
  const { request } = part;
  if (request?.kind === 'stay') return `${shortDay(request.check_in, locale)} – ${shortDay(request.check_out, locale)}`;
  const until = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: part.timezone }).format(new Date(part.ends_at));
  return part.kind === 'table' ? dayTime(part.starts_at, part.timezone, locale) : `${dayTime(part.starts_at, part.timezone, locale)}–${until}`;
}

/* A part that may be chosen instead: what differs from one to the next. */
export function partText(part: Part, front: FrontPage | undefined, { t, locale }: Say): string {
  switch (part.kind) {
    case 'stay': {
      const name = front?.chalets.find((chalet) => chalet.id === part.chalet_id)?.name;
      return [name, `${shortDay(part.check_in, locale)} – ${shortDay(part.check_out, locale)}`].filter((word) => word).join(', ');
    }
    case 'pool':
      return `${shortDay(part.date, locale)}, ${t.house.slots[part.slot]}`;
    case 'table':
      return `${shortDay(part.date, locale)}, ${wallTime(part.time, locale)}`;
    case 'game': {
      const name = front?.venues.flatMap((venue) => venue.games).find((game) => game.id === part.game_id)?.name;
      return [name, `${shortDay(part.date, locale)}, ${wallTime(part.time, locale)}`].filter((word) => word).join(', ');
    }
  }
}

export function titleOf(part: Quoted & { request?: Part }, t: Texts): string {
  return part.request?.kind === 'pool' ? `${t.house.poolTitle}: ${t.house.slots[part.request.slot]}` : part.title;
}

/* A line of a price in the reader's words; what the house named itself stays as it wrote it. */
export function lineText(line: PriceLine, currency: string, { t, locale }: Say): string {
  const s = t.held.summary;
  const n = line.quantity ?? 1;
  const each = price(line.unit_price ?? line.amount, currency, locale);
  switch (line.code) {
    case 'nights':
      return [s.nights(n, each), line.rule ?? (line.base === 'weekend' ? s.weekend : null)].filter((word) => word).join(' · ');
    case 'adults':
      return s.adults(n, each);
    case 'children':
      return s.children(n, each);
    case 'discount':
      return `${s.discount} ${line.label === 'Discount' ? '' : line.label}`.trim();
    case 'tax':
      return s.taxOnTop;
    default:
      return n > 1 ? s.quantity(n, line.label) : line.label;
  }
}

type Why = keyof Texts['held']['gone'] | 'noReservations';
const BY_REASON: Record<string, Why> = {
  taken: 'taken',
  full: 'full',
  pacing: 'full',
  capacity: 'full',
  past: 'past',
  closed: 'closed',
  last_seating: 'closed',
  twice: 'twice',
  features: 'features',
  too_early: 'tooSoon',
  too_soon: 'tooSoon',
  too_many: 'people',
  too_small: 'people',
  no_reservations: 'noReservations',
};
const BY_FIELD: Record<string, Why> = {
  promo_code: 'promo',
  ticket_types: 'tickets',
  guests: 'people',
  party_size: 'people',
  adults: 'people',
  children: 'people',
  check_in: 'dates',
  check_out: 'dates',
  date: 'dates',
  time: 'dates',
  slot: 'full',
  restaurant_id: 'noReservations',
};

/* Why a part cannot be had, in the reader's language. */
export function goneText(gone: Pick<Gone, 'reason' | 'field' | 'code'>, t: Texts, part?: Part | null, today?: string): string {
  const day = part ? (part.kind === 'stay' ? part.check_in : part.date) : undefined;
  if (day !== undefined && today !== undefined && day < today) return t.held.gone.past;
  const field = gone.field?.replace(/^p_/, '');
  // Taken is the usual reason of a conflict about a day or a time.
  const by = BY_REASON[gone.reason ?? ''] ?? (gone.code === 'MD409' && field !== 'slot' && field !== 'promo_code' ? 'taken' : BY_FIELD[field ?? '']);
  return by === 'noReservations' ? t.book.noReservations : t.held.gone[by ?? 'other'];
}

/* What the daemon says against the form of the basket. */
export type FormFault = { field: 'name' | 'contact' | 'email' | 'phone' | 'voucher' | 'pay'; text: string };
export function formFault(error: unknown, { t, locale }: Say, basket: Pick<Basket, 'currency'>): FormFault | null {
  if (!isRefusal(error)) return null;
  const b = t.held.basket;
  switch (error.field) {
    case 'full_name':
      return { field: 'name', text: b.nameMissing };
    case 'email':
      return error.message === 'How do we reach you?' ? { field: 'contact', text: b.contactMissing } : { field: 'email', text: b.emailWrong };
    case 'phone':
      return { field: 'phone', text: b.phoneWrong };
    case 'p_metadata':
      return { field: 'voucher', text: b.voucherWrong };
    case 'p_pay': {
      const due = error.number('due_now');
      if (error.reason === 'deposit' && due !== undefined) return { field: 'pay', text: b.depositMissing(price(due, basket.currency, locale)) };
      if (error.reason === 'empty') return { field: 'voucher', text: b.voucherEmpty };
      return { field: 'voucher', text: b.voucherWrong };
    }
    default:
      return null;
  }
}
