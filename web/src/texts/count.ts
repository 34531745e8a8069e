const plural = new Intl.PluralRules('en');

/* "1 guest", "2 guests". */
export const count = (n: number, one: string, other: string): string => `${n} ${plural.select(n) === 'one' ? one : other}`;
