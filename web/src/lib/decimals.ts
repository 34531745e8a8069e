/* Decimal amounts, as the functions for the desk and the books tell them: typed, and added up without dust. */
import { readMinor } from './format';

export const digitsOf = (currency: string): number => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/* More than any bill, and still exact. */
const MOST = 1e9;

/* What somebody typed, in the currency's own digits; undefined when it is no amount. */
export function readAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const minor = readMinor(text, digits);
  if (minor === undefined) return undefined;
  const amount = Number((minor / 10 ** digits).toFixed(digits));
  return amount < MOST ? amount : undefined;
}

/* As it is typed. */
export const plainAmount = (amount: number, currency: string): string => amount.toFixed(digitsOf(currency));

// Adding nothing takes the sign from a nothing that was below zero.
export const addUp = (amounts: readonly number[], currency: string): number =>
  Number(
    plainAmount(
      amounts.reduce((all, one) => all + one, 0),
      currency,
    ),
  ) + 0;
