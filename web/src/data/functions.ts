/* The functions a page calls: parameters and answers by name (docs/dining-api.md and the specs). The client takes its types
 * from here, so a misspelt function or parameter does not compile. To add a function, add a row. */
import type { Booking, BookingChanges, BookingStatus, ListedBooking, Slot } from './bookings';
import type { BookingActivity, DashboardStats, HourCount, UpcomingBooking, WeekTrend } from './dashboard';
import type { Bill, Entry, Receipt, Floor, Id, Instant, KitchenBoard, Line, Menu, MenuItem, Order, PlaceToEat, SessionStatus, SessionView, Share, Table, TableStatus, TableView, Ticket, Unchanged, Reservation, Waiting, ServiceCall, SplitMethod } from './shapes';

interface Fn<Args, Answer> {
  args: Args;
  answer: Answer;
}

export type ModifierChoice = { id: Id; quantity: number };
export type OrderItem = { menu_item_id: Id; quantity: number; modifiers?: ModifierChoice[]; note?: string };
/* How money comes over the counter. */
export type Tender = 'cash' | 'card' | 'bank';
export type SharePlan =
  | number
  | { parts: number }
  | string[]
  | { label: string; customer_session_id?: Id; lines: (Id | { line_id: Id; weight: number })[] }[]
  | { label: string; customer_session_id?: Id; amount: number }[]
  | { label: string; weight: number }[];

type TicketMove = Fn<{ p_kitchen_order_id: Id }, { ticket: Ticket; order_status: string }>;

export interface DiningFunctions {
  // the start page
  get_restaurants: Fn<Record<never, never>, { restaurants: PlaceToEat[] }>;

  // the guest's page
  get_table: Fn<{ p_table: string }, TableView>;
  get_menu: Fn<{ p_restaurant_id: Id }, Menu>;
  open_table_session: Fn<{ p_table: string; p_name?: string; p_phone?: string }, Entry>;
  join_table_session: Fn<{ p_table: string; p_otp: string; p_name?: string; p_phone?: string }, Entry>;
  get_session: Fn<{ p_session_id?: Id; p_since_version?: number }, SessionView | Unchanged>;
  add_order_line: Fn<
    { p_menu_item_id: Id; p_quantity?: number; p_modifiers?: ModifierChoice[]; p_note?: string; p_idempotency_key?: string; p_session_id?: Id },
    { line: Line; version: number; replayed: boolean }
  >;
  change_order_line: Fn<{ p_line_id: Id; p_quantity?: number; p_modifiers?: ModifierChoice[]; p_note?: string }, { line: Line; version: number }>;
  remove_order_line: Fn<{ p_line_id: Id }, { line_id: Id; version: number }>;
  place_order: Fn<
    { p_session_id?: Id; p_items?: OrderItem[]; p_idempotency_key?: string; p_total_amount?: number; p_notes?: string },
    { order: Order; kitchen_orders: { id: Id; station: string; order_number: string; status: string }[]; version: number | null; replayed: boolean }
  >;
  call_waiter: Fn<{ p_reason?: ServiceCall; p_session_id?: Id }, { version: number }>;
  cancel_call: Fn<{ p_session_id?: Id }, { version: number }>;
  answer_call: Fn<{ p_session_id: Id }, { version: number }>;
  leave_session: Fn<Record<never, never>, { left: boolean }>;
  remove_participant: Fn<{ p_customer_session_id: Id }, { version: number }>;
  renew_session_otp: Fn<{ p_session_id?: Id }, { otp: string; otp_expires_at: Instant | null; version: number }>;

  // the bill
  bill_session: Fn<{ p_session_id?: Id; p_discard_drafts?: boolean }, { session_id: Id; status: SessionStatus; bill: Bill; version: number }>;
  split_bill: Fn<{ p_session_id?: Id; p_method?: SplitMethod; p_shares?: SharePlan }, { session_id: Id; bill: Bill; version: number }>;
  pay_bill_share: Fn<
    { p_share_id: Id; p_method?: Tender; p_amount?: number; p_tip_amount?: number; p_idempotency_key?: string },
    { share: Share; bill: Bill; payment_id: Id; version: number; replayed: boolean }
  >;
  take_back_bill: Fn<Record<never, never>, { session_id: Id; status: SessionStatus; version: number }>;
  claim_share: Fn<{ p_share_id: Id; p_mine?: boolean }, { share: Share; version: number }>;
  get_receipt: Fn<{ p_code: string }, Receipt>;
  unbill_session: Fn<{ p_session_id: Id }, { session_id: Id; status: SessionStatus; version: number }>;
  clear_session: Fn<{ p_session_id: Id }, { session_id: Id; status: SessionStatus; table_id: Id; cleared_at: Instant }>;

  // the kitchen's page
  get_kitchen_board: Fn<{ p_restaurant_id?: Id; p_station?: string }, KitchenBoard>;
  start_kitchen_order: TicketMove;
  ready_kitchen_order: TicketMove;
  complete_kitchen_order: TicketMove;
  undo_kitchen_order: TicketMove;
  cancel_kitchen_order: Fn<{ p_kitchen_order_id: Id; p_reason: string }, { ticket: Ticket; order_status: string }>;
  set_kitchen_item_ready: Fn<{ p_item_id: Id; p_ready?: boolean }, { ticket: Ticket; order_status: string }>;
  set_item_available: Fn<
    { p_menu_item_id: Id; p_available: boolean; p_portions_left?: number },
    { item: Pick<MenuItem, 'id' | 'name' | 'is_available' | 'portions_left'> }
  >;

  // the waiter's page
  get_floor: Fn<{ p_restaurant_id?: Id }, Floor>;
  seat_party: Fn<
    { p_table_id?: Id; p_reservation_id?: Id; p_waitlist_id?: Id; p_party_size?: number; p_guest_name?: string },
    { session: Entry['session']; reservation: Reservation | null; waiting: Waiting | null }
  >;
  move_party: Fn<{ p_session_id: Id; p_table_id: Id }, { session_id: Id; from_table_id: Id; table_id: Id; version: number }>;
  merge_sessions: Fn<{ p_from_session_id: Id; p_into_session_id: Id }, { session_id: Id; version: number }>;
  combine_tables: Fn<{ p_table_ids: Id[] }, { table_id: Id; table_ids: Id[]; capacity: number }>;
  separate_tables: Fn<{ p_table_id: Id }, { table_id: Id; table_ids: Id[]; capacity: number }>;
  reserve_table: Fn<
    { p_restaurant_id: Id; p_date: string; p_time: string; p_party_size: number; p_guest_name: string; p_guest_phone?: string; p_special_requests?: string; p_idempotency_key?: string },
    { reservation: Reservation }
  >;
  cancel_reservation: Fn<{ p_reservation_id: Id; p_reason?: string }, { reservation: Reservation }>;
  mark_reservation_no_show: Fn<{ p_reservation_id: Id }, { reservation: Reservation }>;
  join_waitlist: Fn<{ p_restaurant_id: Id; p_party_size: number; p_guest_name: string; p_guest_phone?: string; p_note?: string; p_idempotency_key?: string }, { waiting: Waiting }>;
  notify_waitlist: Fn<{ p_waitlist_id: Id }, { waiting: Waiting }>;
  leave_waitlist: Fn<{ p_waitlist_id: Id }, { waiting: Waiting }>;
  set_table_status: Fn<{ p_table_id: Id; p_status: TableStatus }, { table: Table }>;
  cancel_order_line: Fn<{ p_line_id: Id; p_reason: string }, { order: Order; version: number | null }>;
}

/* Experiences: the booking spec's functions, those the hooks useDashboard and useBookings call. */
export interface ExperienceFunctions {
  get_dashboard_stats: Fn<{ p_days?: number }, DashboardStats>;
  get_weekly_bookings_trend: Fn<{ p_weeks?: number }, WeekTrend[]>;
  get_upcoming_bookings: Fn<{ p_limit?: number }, UpcomingBooking[]>;
  get_todays_bookings_by_hour: Fn<{ p_date?: string }, HourCount[]>;
  get_recent_booking_activity: Fn<{ p_limit?: number }, BookingActivity[]>;
  list_bookings: Fn<{ p_start_date?: string; p_end_date?: string; p_venue_id?: Id; p_status?: BookingStatus[]; p_search?: string; p_limit?: number; p_offset?: number }, ListedBooking[]>;
  create_booking: Fn<
    { p_venue_id: Id; p_game_id: Id; p_customer_id: Id; p_booking_date: string; p_start_time: string; p_party_size: number; p_total_amount?: number; p_special_requests?: string; p_idempotency_key?: string },
    Booking
  >;
  update_booking: Fn<{ p_booking_id: Id; p_changes: BookingChanges }, Booking>;
  cancel_booking: Fn<{ p_booking_id: Id; p_reason?: string; p_issue_refund?: boolean }, Booking & { refund_amount: number | null }>;
  get_available_slots: Fn<{ p_game_id: Id; p_date: string; p_venue_id?: Id; p_party_size?: number }, Slot[]>;
}

export interface Functions extends DiningFunctions, ExperienceFunctions {}

export type FunctionName = keyof Functions;
export type Args<N extends FunctionName> = Functions[N]['args'];
export type Answer<N extends FunctionName> = Functions[N]['answer'];
