import { expect, test } from 'vitest';
import { Away, Refusal } from '@/data/refusal';
import { LIVE, nextPollMs } from './poll';

const refusal = (status: number) => new Refusal(status, `MD${status}`, 'no', null, {});

test('often while somebody looks, seldom while nobody does', () => {
  expect(nextPollMs(LIVE, false, 0, null)).toBe(2_000);
  expect(nextPollMs(LIVE, true, 0, null)).toBe(20_000);
});

test('backs off while nobody answers, but not for ever', () => {
  expect(nextPollMs(LIVE, false, 1, new Away())).toBe(4_000);
  expect(nextPollMs(LIVE, false, 20, new Away())).toBe(30_000);
});

test('a session that is over is not asked again; other refusals are', () => {
  expect(nextPollMs(LIVE, false, 1, refusal(410))).toBe(false);
  expect(nextPollMs(LIVE, false, 1, refusal(401))).toBe(false);
  expect(nextPollMs(LIVE, false, 0, refusal(404))).toBe(2_000);
});
