/* The functions of the database by name, with what they take and answer: as the database says it (client/src/database.ts), so a misspelt function, parameter or
 * column does not build. */
import type { Database, Shapes } from '../../../client/src/database';
import type { Basket, FrontPage, GameCalendar, Guest, HeldBasket, Part, Pay, Quotes, StayCalendar, TableTimes } from './bookingShapes';

type Functions = Database['public']['Functions'];

/* Answers that the database describes as JSON alone. */
interface Told {
  get_front_page: FrontPage;
  get_stay_calendar: StayCalendar;
  get_table_times: TableTimes;
  get_game_calendar: GameCalendar;
  quote_parts: Quotes;
  hold_basket: HeldBasket;
  get_basket: Basket;
  change_basket: Basket;
  confirm_basket: Basket & { replayed?: boolean };
}

export type FunctionName = keyof Functions;
export type Answer<N extends FunctionName> = N extends keyof Told ? Told[N] : Functions[N]['Returns'];

export type ModifierChoice = Required<Shapes['choice']>;
export type OrderItem = Shapes['order_item'];
/* How money comes over the counter. */
export type Tender = 'cash' | 'card' | 'bank';

/* Of the forms that a parameter may have, the one that pages send. */
interface Narrower {
  add_order_line: { p_modifiers?: ModifierChoice[] };
  change_order_line: { p_modifiers?: ModifierChoice[] };
  // In an address a list is written as PostgreSQL writes it.
  get_table_times: { p_features?: `{${string}}` };
  list_payments: { p_method?: `{${string}}`; p_status?: `{${string}}` };
  quote_parts: { p_parts: readonly Part[] };
  hold_basket: { p_parts: readonly Part[] };
  change_basket: { p_add?: readonly Part[] };
  confirm_basket: { p_guest?: Guest; p_pay?: readonly Pay[] };
}

type Whole<N extends FunctionName> = [Functions[N]['Args']] extends [never] ? Record<never, never> : Functions[N]['Args'];
export type Args<N extends FunctionName> = N extends keyof Narrower ? Omit<Whole<N>, keyof Narrower[N]> & Narrower[N] : Whole<N>;

export type SharePlan = NonNullable<Args<'split_bill'>['p_shares']>;
