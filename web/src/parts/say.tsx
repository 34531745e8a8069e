/* Money and times in the reader's locale, with the currency and clock of the restaurant the page is about. */
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import type { Restaurant } from '@/data/shapes';
import { clock } from '@/lib/clock';
import { clockTime, momentOf, money, type Money } from '@/lib/format';
import { useSay } from '@/texts';

type Place = Money & { timezone: string };

const PlaceContext = createContext<Place>({ currency: 'EUR', currency_exponent: 2, timezone: 'UTC' });

export function PlaceProvider({ restaurant, children }: { restaurant: Restaurant; children: ReactNode }) {
  const { currency, currency_exponent, timezone } = restaurant;
  const place = useMemo(() => ({ currency, currency_exponent, timezone }), [currency, currency_exponent, timezone]);
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

export interface PlaceFormat {
  place: Place;
  amount: (minor: number) => string;
  time: (instant: string) => string;
  /* The time of today, or day and time of another day. */
  when: (instant: string) => string;
}

export function usePlace(): PlaceFormat {
  const place = useContext(PlaceContext);
  const { locale } = useSay();
  return useMemo(
    () => ({
      place,
      amount: (minor) => money(minor, place, locale),
      time: (instant) => clockTime(instant, place.timezone, locale),
      when: (instant) => momentOf(instant, place.timezone, locale, clock.now()),
    }),
    [place, locale],
  );
}
