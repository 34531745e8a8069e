/* The parts of answers by the names that the pages use. What is in them the database says: client/src/database.ts, which `maitred types` writes. Money: minor
 * units of the restaurant's currency. Instants: ISO 8601 with an offset. */
import type { Database, Shapes } from '../../../client/src/database';

export type Id = string;
export type Instant = string;

type Rows = Database['public']['Tables'];

export type Restaurant = Shapes['restaurant'];
export type Table = Shapes['table'];
export type TableStatus = Rows['restaurant_tables']['Row']['status'];
export type ChosenModifier = Shapes['chosen_modifier'];
export type Line = Shapes['line'];
export type LineStatus = Line['status'];
export type Participant = Shapes['participant'];
export type Order = Shapes['order'];
export type OrderStatus = Order['status'];
export type SplitMethod = 'equal' | 'guest' | 'item' | 'amount' | 'weight';
export type Share = Shapes['share'];
export type Bill = Shapes['bill'];
export type Ticket = Shapes['ticket'];
export type TicketStatus = Ticket['status'];
export type TicketItem = Shapes['ticket_item'];
export type Reservation = Shapes['reservation'];
export type Waiting = Shapes['waiting'];

/* --- The guest's page --- */

export type MenuModifier = Shapes['menu_modifier'];
export type ModifierGroup = Shapes['modifier_group'];
export type MenuItem = Shapes['menu_item'];
export type MenuCategory = Shapes['menu_category'];
export type Entry = Shapes['entry'];
export type SessionView = Shapes['session_view'];
export type SessionStatus = Rows['table_sessions']['Row']['status'];
export type ServiceCall = NonNullable<Rows['table_sessions']['Row']['service_call']>;
export type TaxLine = Shapes['tax_line'];
export type Unchanged = Shapes['unchanged'];

/* --- The waiter's page --- */

export type FloorSession = Shapes['floor_session'];
export type FloorTable = Shapes['floor_table'];

/* --- Whole answers --- */

type Functions = Database['public']['Functions'];

export type Menu = Functions['get_menu']['Returns'];
export type TableView = Functions['get_table']['Returns'];
export type PlaceToEat = Functions['get_restaurants']['Returns']['restaurants'][number];
export type Receipt = Functions['get_receipt']['Returns'];
export type KitchenBoard = Functions['get_kitchen_board']['Returns'];
export type Floor = Functions['get_floor']['Returns'];
