/* The functions of the database by name, with what they take and answer: as the database says it (client/src/database.ts), so a misspelt function, parameter or
 * column does not build. */
import type { Database, Shapes } from '../../../client/src/database';

type Functions = Database['public']['Functions'];

export type FunctionName = keyof Functions;
export type Answer<N extends FunctionName> = Functions[N]['Returns'];

export type ModifierChoice = Required<Shapes['choice']>;
export type OrderItem = Shapes['order_item'];
/* How money comes over the counter. */
export type Tender = 'cash' | 'card' | 'bank';

/* Of the forms that a parameter may have, the one that pages send. */
interface Narrower {
  add_order_line: { p_modifiers?: ModifierChoice[] };
  change_order_line: { p_modifiers?: ModifierChoice[] };
}

type Whole<N extends FunctionName> = [Functions[N]['Args']] extends [never] ? Record<never, never> : Functions[N]['Args'];
export type Args<N extends FunctionName> = N extends keyof Narrower ? Omit<Whole<N>, keyof Narrower[N]> & Narrower[N] : Whole<N>;

export type SharePlan = NonNullable<Args<'split_bill'>['p_shares']>;
