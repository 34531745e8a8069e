/* The name of a share as a reader sees it. What nobody has named the database calls in English. */
import type { Texts } from '@/texts';

export function shareName(label: string, { app }: Pick<Texts, 'app'>): string {
  if (label === 'Whole bill') return app.wholeBill;
  if (label === 'Rest') return app.restOfBill;
  const part = /^Part (\d+)$/.exec(label)?.[1];
  return part ? app.partOfBill(Number(part)) : label;
}
