/* What the functions of docs/dining-api.md answer, shape by shape. Money: minor units of the restaurant's currency.
 * Instants: ISO 8601 with an offset. */

export type Id = string;
export type Instant = string;

export interface Restaurant {
  id: Id;
  name: string;
  description: string | null;
  address: string | null;
  phone: string | null;
  email: string | null;
  image_url?: string | null;
  timezone: string;
  currency: string;
  currency_exponent: number;
  prices_include_tax: boolean;
  is_open: boolean | null;
  /* When a closed house opens next, when an open one closes; null where the answer knows no clock (get_menu). */
  opens_at: Instant | null;
  closes_at: Instant | null;
  /* Whether guests may order by themselves now. */
  takes_orders: boolean | null;
  /* By weekday, {"mon": [["17:00","02:00"]]}: the clock of the place. Empty: always open. */
  opening_hours: Record<string, [string, string][]>;
  closed_dates: string[];
}

export type TableStatus = 'available' | 'occupied' | 'reserved' | 'cleaning' | 'out_of_service';

export interface Table {
  id: Id;
  code: string;
  table_number: number;
  name: string | null;
  capacity: number;
  section: string | null;
  status: TableStatus;
  shape: string | null;
}

export interface ChosenModifier {
  id: Id;
  group: string;
  name: string;
  price: number;
  quantity: number;
}

export type LineStatus = 'draft' | 'pending' | 'cooking' | 'ready' | 'served' | 'cancelled';

export interface Line {
  id: Id;
  order_id: Id | null;
  session_id: Id | null;
  menu_item_id: Id;
  name: string;
  quantity: number;
  unit_price: number;
  total_amount: number;
  net_amount: number;
  tax_amount: number;
  tax_rate: number;
  modifiers: ChosenModifier[];
  allergens: string[];
  note: string | null;
  station: string;
  status: LineStatus;
  customer_session_id: Id | null;
  customer_name: string | null;
  is_mine: boolean;
  created_at: Instant;
  placed_at: Instant | null;
}

export interface Participant {
  id: Id;
  name: string;
  is_me: boolean;
  joined_at: Instant;
  draft_amount: number;
  ordered_amount: number;
}

export type OrderStatus = 'PENDING' | 'COOKING' | 'DONE' | 'CANCELLED';

export interface Order {
  id: Id;
  order_number: string;
  status: OrderStatus;
  type: 'dine_in' | 'takeaway';
  restaurant_id: Id;
  table_id: Id | null;
  table_number: number | null;
  session_id: Id | null;
  customer_session_id: Id | null;
  customer_name: string;
  notes: string | null;
  total_amount: number;
  net_amount: number;
  tax_amount: number;
  placed_at: Instant;
  cancelled_at: Instant | null;
  lines: Line[];
}

export type SplitMethod = 'equal' | 'guest' | 'item' | 'amount' | 'weight';

export interface Share {
  id: Id;
  position: number;
  label: string;
  method: string;
  customer_session_id: Id | null;
  customer_name: string | null;
  amount: number;
  paid_amount: number;
  status: 'open' | 'paid';
  payment_method: string | null;
  paid_at: Instant | null;
  lines: { line_id: Id; name: string; amount: number; quantity: number; fraction: number }[];
}

export interface Bill {
  total_amount: number;
  paid_amount: number;
  due_amount: number;
  shares: Share[];
}

export type TicketStatus = 'pending' | 'cooking' | 'ready' | 'completed' | 'cancelled';

export interface TicketItem {
  id: Id;
  order_line_id: Id;
  menu_item_id: Id;
  name: string;
  quantity: number;
  modifiers: ChosenModifier[];
  note: string | null;
  /* Words about allergies in the note. */
  note_alerts: string[];
  allergens: string[];
  status: 'pending' | 'ready' | 'cancelled';
  customer_name: string | null;
}

export interface Ticket {
  id: Id;
  order_id: Id;
  order_number: string;
  station: string;
  status: TicketStatus;
  type: 'dine_in' | 'takeaway';
  table_id: Id | null;
  table_number: number | null;
  table_name: string | null;
  session_id: Id | null;
  customer_name: string | null;
  kitchen_notes: string | null;
  /* Words about allergies in the order's note and the guest's name. */
  alerts: string[];
  created_at: Instant;
  started_at: Instant | null;
  ready_at: Instant | null;
  completed_at: Instant | null;
  cancelled_at: Instant | null;
  cancellation_reason: string | null;
  waiting_seconds: number;
  target_at: Instant | null;
  is_late: boolean;
  items: TicketItem[];
}

export interface Reservation {
  id: Id;
  confirmation_code: string;
  restaurant_id: Id;
  status: 'pending' | 'confirmed' | 'seated' | 'completed' | 'cancelled' | 'no_show';
  reservation_date: string;
  reservation_time: string;
  starts_at: Instant;
  ends_at: Instant;
  duration_minutes: number;
  party_size: number;
  table_ids: Id[];
  table_numbers: number[];
  guest_name: string;
  guest_phone: string | null;
  guest_email: string | null;
  special_requests: string | null;
  session_id: Id | null;
  created_at: Instant;
}

export interface Waiting {
  id: Id;
  code: string;
  restaurant_id: Id;
  position: number;
  party_size: number;
  guest_name: string;
  guest_phone: string | null;
  note: string | null;
  status: 'waiting' | 'notified' | 'seated' | 'left';
  quoted_minutes: number | null;
  joined_at: Instant;
  notified_at: Instant | null;
}

/* --- The start page --- */

/* `tables` is empty where guests may not open a session by themselves. */
export interface PlaceToEat extends Restaurant {
  tables: { code: string; table_number: number; name: string | null; section: string | null }[];
}

/* --- The guest's page --- */

export interface TableView {
  restaurant: Restaurant;
  table: Table;
  session: { is_active: boolean; is_billed: boolean; can_open: boolean };
}

export interface MenuModifier {
  id: Id;
  name: string;
  price: number;
  is_available: boolean;
  is_default: boolean;
  adds_allergens: string[];
  removes_allergens: string[];
}

export interface ModifierGroup {
  id: Id;
  name: string;
  min_choices: number;
  max_choices: number | null;
  modifiers: MenuModifier[];
}

export interface MenuItem {
  id: Id;
  name: string;
  description: string | null;
  price: number;
  image_url: string | null;
  is_available: boolean;
  portions_left: number | null;
  allergens: string[];
  tags: string[];
  prep_time_minutes: number;
  tax_rate: number;
  station: string;
  modifier_groups: ModifierGroup[];
}

export interface MenuCategory {
  id: Id;
  name: string;
  description: string | null;
  rank: number;
  items: MenuItem[];
}

export interface Menu {
  restaurant: Restaurant;
  categories: MenuCategory[];
}

export type SessionStatus = 'active' | 'billed' | 'cleared';
export type ServiceCall = 'help' | 'bill' | 'pay_cash' | 'pay_card';

export interface Entry {
  session: {
    id: Id;
    otp: string;
    otp_expires_at: Instant | null;
    status: SessionStatus;
    restaurant_id: Id;
    table_id: Id;
    table_number: number;
    total_amount: number;
  };
  customer: { id: Id; name: string } | null;
  access_token: string | null;
  token_type: 'bearer';
  expires_at: number | null;
  expires_in: number | null;
}

export interface SessionView {
  version: number;
  updated_at: Instant;
  me: Participant | null;
  restaurant: Restaurant;
  table: Table;
  session: {
    id: Id;
    otp: string | null;
    otp_expires_at: Instant | null;
    status: SessionStatus;
    total_amount: number;
    net_amount: number;
    tax_amount: number;
    draft_amount: number;
    paid_amount: number;
    due_amount: number;
    participant_count: number;
    max_participants: number | null;
    party_size: number | null;
    service_call: ServiceCall | null;
    service_called_at: Instant | null;
    service_seen_call: ServiceCall | null;
    service_seen_at: Instant | null;
    service_seen_by: string | null;
    receipt_code: string | null;
    created_at: Instant;
    billed_at: Instant | null;
    cleared_at: Instant | null;
  };
  participants: Participant[];
  drafts: Line[];
  orders: Order[];
  bill: Bill | null;
  taxes: TaxLine[];
}

export interface TaxLine {
  tax_rate: number;
  net_amount: number;
  tax_amount: number;
  total_amount: number;
}

/* What stays of a visit: no names on it. */
export interface Receipt {
  restaurant: Restaurant;
  table_number: number;
  status: SessionStatus;
  opened_at: Instant;
  billed_at: Instant | null;
  cleared_at: Instant | null;
  total_amount: number;
  net_amount: number;
  tax_amount: number;
  paid_amount: number;
  due_amount: number;
  other_amount: number;
  lines: Pick<Line, 'name' | 'quantity' | 'unit_price' | 'total_amount' | 'tax_rate' | 'modifiers'>[];
  taxes: TaxLine[];
  payments: { label: string | null; amount: number; method: string | null; paid_at: Instant | null }[];
}

export interface Unchanged {
  version: number;
  unchanged: true;
}

/* --- The kitchen's page --- */

export interface KitchenBoard {
  restaurant: Restaurant;
  stations: { station: string; pending: number; cooking: number; ready: number }[];
  tickets: Ticket[];
  recent: Ticket[];
  all_day: { menu_item_id: Id; name: string; modifiers: string[]; quantity: number; station: string }[];
  sold_out: { id: Id; name: string }[];
  now: Instant;
}

/* --- The waiter's page --- */

export interface FloorSession {
  id: Id;
  otp: string | null;
  status: SessionStatus;
  total_amount: number;
  paid_amount: number;
  due_amount: number;
  draft_count: number;
  participant_count: number;
  party_size: number | null;
  names: string[];
  opened_at: Instant;
  minutes: number;
  last_order_at: Instant | null;
  kitchen: { pending: number; cooking: number; ready: number };
  service_call: ServiceCall | null;
  service_called_at: Instant | null;
}

export interface FloorTable extends Table {
  position_x: number | null;
  position_y: number | null;
  width: number | null;
  height: number | null;
  rotation: number | null;
  features: string[] | null;
  combined_into: Id | null;
  session: FloorSession | null;
  next_reservation: Reservation | null;
  late_reservation: boolean;
}

export interface Floor {
  restaurant: Restaurant;
  tables: FloorTable[];
  reservations: Reservation[];
  waitlist: Waiting[];
  /* Tickets that stand at the pass, the longest first. */
  ready: Ticket[];
  now: Instant;
}
