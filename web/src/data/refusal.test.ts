import { describe, expect, test } from 'vitest';
import { answerOf } from './api';
import { Away, isOver, Refusal, refusalFrom } from './refusal';

describe('an error body', () => {
  test('of our own functions: facts are JSON in details', () => {
    const refusal = refusalFrom(409, {
      code: 'MD409',
      message: 'Margherita is sold out.',
      details: '{"field":"p_menu_item_id","reason":"sold_out","portions_left":0}',
      hint: 'Choose something else.',
    });
    expect(refusal).toMatchObject({ status: 409, code: 'MD409', message: 'Margherita is sold out.', hint: 'Choose something else.', field: 'p_menu_item_id', reason: 'sold_out' });
    expect(refusal.number('portions_left')).toBe(0);
    expect(refusal.number('reason')).toBeUndefined();
  });

  test.each([
    ['prose in details', { code: '23505', message: 'duplicate', details: 'Key (id) exists.' }],
    ['no details', { code: '23505', message: 'duplicate', details: null, hint: '' }],
    ['an array in details', { code: '23505', message: 'duplicate', details: '[1]' }],
  ])('with %s has no facts', (_name, body) => {
    const refusal = refusalFrom(409, body);
    expect(refusal.facts).toEqual({});
    expect(refusal.hint).toBeNull();
  });

  test.each([null, 'text', 7, []])('%j is a refusal all the same', (body) => {
    expect(refusalFrom(500, body)).toMatchObject({ status: 500, message: '' });
  });
});

describe('what the client hands back', () => {
  test('an answer, also an empty one', () => {
    expect(answerOf({ data: { a: 1 }, error: null, status: 200 })).toEqual({ a: 1 });
    expect(answerOf({ data: null, error: null, status: 204 })).toBeNull();
  });
  test.each([0, 502, 503, 504])('status %i is nobody there', (status) => {
    expect(() => answerOf({ data: null, error: { message: 'x' }, status })).toThrow(Away);
  });
  test('anything else is a refusal', () => {
    expect(() => answerOf({ data: null, error: { code: 'MD403', message: 'No.' }, status: 403 })).toThrow(Refusal);
  });
});

test('410 and 401 mean that the visit is over', () => {
  expect([400, 401, 403, 404, 409, 410, 422, 429].filter((status) => isOver(refusalFrom(status, null)))).toEqual([401, 410]);
  expect(isOver(new Away())).toBe(false);
});
