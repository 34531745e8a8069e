/* The widget: which venue a key names, its games, and booking one. */
import type { Shapes } from '../../../client/src/database';
import { isRecord } from '@/lib/keep';
import type { Api } from './api';
import type { Answer, Args } from './functions';

export type WidgetVenue = Answer<'get_venue_by_embed_key'>;
export type WidgetBooking = Shapes['booking'];

export interface TicketType {
  id: string;
  name: string;
  price: number;
}

export interface WidgetGame {
  id: string;
  name: string;
  tagline: string | null;
  duration_minutes: number;
  min_players: number;
  max_players: number;
  price_from: number | null;
  requires_waiver: boolean;
  ticket_types: TicketType[];
}

export interface Start {
  time: string;
  seats_left: number;
  reason: string | null;
}

const textIn = (value: Record<string, unknown>, name: string): string | null => (typeof value[name] === 'string' && value[name] !== '' ? value[name] : null);
const numberIn = (value: Record<string, unknown>, name: string): number | null => (typeof value[name] === 'number' ? value[name] : null);
const listIn = (value: unknown, name: string): Record<string, unknown>[] => (isRecord(value) && Array.isArray(value[name]) ? value[name].filter(isRecord) : []);

/* Of the front page the games of this venue. */
export function gamesOf(front: unknown, venueId: string): WidgetGame[] {
  const venue = listIn(front, 'venues').find((one) => one['id'] === venueId);
  return listIn(venue, 'games').flatMap((game): WidgetGame[] => {
    const [id, name] = [textIn(game, 'id'), textIn(game, 'name')];
    if (id === null || name === null) return [];
    return [
      {
        id,
        name,
        tagline: textIn(game, 'tagline'),
        duration_minutes: numberIn(game, 'duration_minutes') ?? 0,
        min_players: numberIn(game, 'min_players') ?? 1,
        max_players: numberIn(game, 'max_players') ?? 1,
        price_from: numberIn(game, 'price_from'),
        requires_waiver: game['requires_waiver'] === true,
        ticket_types:
          game['price_model'] === 'ticket_types'
            ? listIn(game, 'ticket_types').flatMap((type) => {
                const [typeId, label] = [textIn(type, 'id'), textIn(type, 'name')];
                return typeId === null || label === null ? [] : [{ id: typeId, name: label, price: numberIn(type, 'price') ?? 0 }];
              })
            : [],
      },
    ];
  });
}

export const startsOf = (calendar: unknown, gameId: string, date: string): Start[] =>
  listIn(
    listIn(
      listIn(calendar, 'games').find((game) => game['game_id'] === gameId),
      'days',
    ).find((day) => day['date'] === date),
    'starts',
  ).flatMap((start): Start[] => {
    const time = textIn(start, 'time');
    return time === null ? [] : [{ time, seats_left: numberIn(start, 'seats_left') ?? 0, reason: textIn(start, 'reason') }];
  });

/* The days on which a party of this size finds a start, of a calendar without starts. */
export const freeDays = (calendar: unknown, gameId: string): Set<string> =>
  new Set(
    listIn(
      listIn(calendar, 'games').find((game) => game['game_id'] === gameId),
      'days',
    ).flatMap((day) => (typeof day['date'] === 'string' && typeof day['free'] === 'number' && day['free'] > 0 ? [day['date']] : [])),
  );

export interface Order {
  venueId: string;
  gameId: string;
  date: string;
  time: string;
  people: number;
  tickets: Record<string, number>;
}

const ticketsOf = (tickets: Record<string, number>): { id: string; quantity: number }[] => Object.entries(tickets).flatMap(([id, quantity]) => (quantity > 0 ? [{ id, quantity }] : []));

/* What it costs, line by line; null where it cannot be had any more. */
export async function priceOf(api: Api, order: Order): Promise<{ price: number; currency: string } | null> {
  const answer: unknown = await api.call('quote_parts', {
    p_parts: [{ kind: 'game', venue_id: order.venueId, game_id: order.gameId, date: order.date, time: order.time, party_size: order.people, ticket_types: ticketsOf(order.tickets) }],
  });
  const [part] = listIn(answer, 'parts');
  if (!part || part['available'] === false) return null;
  return { price: numberIn(part, 'price') ?? 0, currency: textIn(part, 'currency') ?? 'EUR' };
}

export interface Guest {
  name: string;
  email: string;
  phone: string;
}

export function bookingArgs(order: Order, guest: Guest, price: number, key: string): Args<'create_widget_booking'> {
  return {
    p_venue_id: order.venueId,
    p_game_id: order.gameId,
    p_booking_date: order.date,
    p_start_time: order.time,
    p_party_size: order.people,
    p_ticket_types: ticketsOf(order.tickets),
    p_final_amount: price,
    p_customer_name: guest.name.trim(),
    p_customer_email: guest.email.trim(),
    ...(guest.phone.trim() === '' ? {} : { p_customer_phone: guest.phone.trim() }),
    p_idempotency_key: key,
  };
}
