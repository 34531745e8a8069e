import { expect, test } from 'vitest';
import { bookingArgs, freeDays, gamesOf, startsOf } from './widget';

const front = {
  venues: [
    {
      id: 'v1',
      games: [
        { id: 'g1', name: 'Vault', tagline: '', duration_minutes: 60, min_players: 2, max_players: 6, price_from: 30, price_model: 'per_person', requires_waiver: true, ticket_types: [] },
        { id: 'g2', name: 'Museum', price_model: 'ticket_types', ticket_types: [{ id: 'adult', name: 'Adult', price: 20 }, { id: 'x' }] },
        { name: 'nothing' },
      ],
    },
    { id: 'v2', games: [{ id: 'g9', name: 'Elsewhere' }] },
  ],
};

test('a key shows the games of its venue, and of no other', () => {
  expect(gamesOf(front, 'v1').map((game) => [game.name, game.ticket_types.length, game.tagline])).toEqual([
    ['Vault', 0, null],
    ['Museum', 1, null],
  ]);
  expect(gamesOf(front, 'v3')).toEqual([]);
  expect(gamesOf(null, 'v1')).toEqual([]);
});

test('starts of a day, days of a month', () => {
  const calendar = {
    games: [
      {
        game_id: 'g1',
        days: [
          { date: '2026-12-01', free: 2, starts: [{ time: '10:00', seats_left: 6, reason: null }, {}] },
          { date: '2026-12-02', free: 0, starts: [] },
        ],
      },
    ],
  };
  expect(startsOf(calendar, 'g1', '2026-12-01')).toEqual([{ time: '10:00', seats_left: 6, reason: null }]);
  expect(startsOf(calendar, 'g1', '2026-12-03')).toEqual([]);
  expect([...freeDays(calendar, 'g1')]).toEqual(['2026-12-01']);
});

test('what is booked is what was shown', () => {
  const order = { venueId: 'v1', gameId: 'g1', date: '2026-12-01', time: '10:00', people: 3, tickets: { adult: 2, child: 0 } };
  const args = bookingArgs(order, { name: ' Fay ', email: ' f@example.com ', phone: ' ' }, 90, 'k');
  expect(args).toMatchObject({ p_customer_name: 'Fay', p_customer_email: 'f@example.com', p_final_amount: 90, p_ticket_types: [{ id: 'adult', quantity: 2 }], p_idempotency_key: 'k' });
  expect(args).not.toHaveProperty('p_customer_phone');
});
