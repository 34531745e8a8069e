/* What the functions of docs/booking-api.md take and answer. Amounts are decimal, in `currency`; days and times are the wall's, `…_at` are instants. */
import type { Id, Instant } from './shapes';

export interface Picture {
  url: string;
  alt: string | null;
  alt_by_locale: Record<string, string>;
  width: number | null;
  height: number | null;
}
export interface WeekDay {
  date: string;
  weekday: number;
  windows: { open: string; close: string }[];
}
export interface House {
  organization_id: Id;
  name: string;
  description: string | null;
  email: string | null;
  phone: string | null;
  address: string | null;
  currency: string;
  locale: string;
  timezone: string;
  online_payments: boolean;
  pay_at_desk: boolean;
  pictures: Picture[];
}
export interface FrontRestaurant {
  id: Id;
  name: string;
  slug: string | null;
  description: string | null;
  address: string | null;
  phone: string | null;
  email: string | null;
  timezone: string;
  is_open: boolean | null;
  opens_at: Instant | null;
  closes_at: Instant | null;
  week: WeekDay[] | null;
  accepts_reservations: boolean;
  accepts_takeaway: boolean;
  max_party_size: number | null;
  price_from: number | null;
  next_free: { date: string; time: string; starts_at: Instant; party_size: number } | null;
  pictures: Picture[];
}
export interface Addon {
  addon_id: Id;
  name: string;
  description: string | null;
  price: number;
  per: string;
  required: boolean;
  max_quantity: number | null;
}
export interface FrontChalet {
  id: Id;
  name: string;
  description: string | null;
  capacity: number;
  bedrooms: number | null;
  bathrooms: number | null;
  amenities: { name: string; icon: string | null }[];
  check_in_time: string;
  check_out_time: string;
  min_nights: number;
  max_nights: number | null;
  price_from: number | null;
  next_free: { check_in: string } | null;
  addons: Addon[];
  pictures: Picture[];
}
export type Slot = 'morning' | 'afternoon' | 'full_day';
export interface PoolSlot {
  slot: Slot;
  starts_at: string;
  ends_at: string;
  adult_price: number | null;
  child_price: number | null;
}
export interface FrontPool {
  slots: PoolSlot[];
  price_from: number | null;
  next_free: { date: string; slot: Slot; free: number } | null;
  plans: { plan_id: Id; type: string; billing_cycle: string; name: string; monthly_price: number; max_members: number; guest_passes: number }[];
  pictures: Picture[];
}
export interface TicketType {
  id: string;
  name: string;
  price: number;
  players?: number;
}
export interface FrontGame {
  id: Id;
  name: string;
  tagline: string | null;
  description: string | null;
  category: string | null;
  difficulty: number | null;
  duration_minutes: number;
  min_players: number;
  max_players: number;
  min_age: number | null;
  booking_mode: 'private' | 'shared';
  price_model: 'per_person' | 'per_group' | 'ticket_types';
  requires_waiver: boolean;
  ticket_types: TicketType[];
  price_from: number | null;
  next_free: { date: string; time: string; starts_at: Instant; seats_left: number } | null;
  pictures: Picture[];
}
export interface FrontVenue {
  id: Id;
  name: string;
  description: string | null;
  address: string | null;
  city: string | null;
  postal_code: string | null;
  phone: string | null;
  email: string | null;
  timezone: string;
  is_open: boolean;
  week: WeekDay[] | null;
  pictures: Picture[];
  games: FrontGame[];
}
export interface FrontPage {
  now: Instant;
  modules: string[];
  house: House;
  restaurants: FrontRestaurant[];
  chalets: FrontChalet[];
  pool: FrontPool | null;
  venues: FrontVenue[];
}

export interface Night {
  date: string;
  price: number | null;
  weekend: boolean;
  rule: string | null;
  free: boolean;
  free_nights: number;
  min_nights: number;
  can_arrive: boolean;
}
export interface StayCalendar {
  currency: string;
  timezone: string;
  today: string;
  from: string;
  days: number;
  chalets: { chalet_id: Id; name: string; capacity: number; min_nights: number; max_nights: number | null; check_in_time: string; check_out_time: string; nights: Night[] }[];
}
export interface TableTimes {
  date: string;
  timezone: string;
  party_size: number;
  max_party_size: number | null;
  minutes: number;
  days_ahead: number;
  reason: string | null;
  times: { time: string; starts_at: Instant; free: number; reason: string | null }[];
  features: { feature: string; tables: number }[];
}
export interface GameCalendar {
  timezone: string;
  currency: string;
  today: string;
  from: string;
  days: number;
  games: { game_id: Id; days: { date: string; free: number; starts_total: number; starts: { time: string; starts_at: Instant; seats_left: number; reason: string | null }[] }[] }[];
}

interface AnyPart {
  key?: string;
  price?: number;
  wishes?: string;
}
export interface StayPart extends AnyPart {
  kind: 'stay';
  chalet_id: Id;
  check_in: string;
  check_out: string;
  guests: number;
  addons?: { addon_id: Id; quantity: number }[];
}
export interface TablePart extends AnyPart {
  kind: 'table';
  restaurant_id: Id;
  date: string;
  time: string;
  party_size: number;
  features?: string[];
}
export interface PoolPart extends AnyPart {
  kind: 'pool';
  date: string;
  slot: Slot;
  adults: number;
  children: number;
}
export interface GamePart extends AnyPart {
  kind: 'game';
  venue_id: Id;
  game_id: Id;
  date: string;
  time: string;
  party_size: number;
  ticket_types?: { id: string; quantity: number }[];
  promo_code?: string;
}
export type Part = StayPart | TablePart | PoolPart | GamePart;
export type Kind = Part['kind'];

export interface PriceLine {
  code: string;
  label: string;
  amount: number;
  quantity?: number;
  unit_price?: number;
  base?: string;
  rule?: string | null;
  from?: string;
  per?: string;
  included?: boolean;
}
export interface Terms {
  name: string | null;
  starts_at: Instant;
  free_until: Instant | null;
  tiers: { until: Instant; is_over: boolean; refund_percent: number; refund_amount: number }[];
}
export interface Quoted {
  key?: string | null;
  kind: Kind;
  title: string;
  place: string | null;
  starts_at: Instant;
  ends_at: Instant;
  timezone: string;
  people: number;
  price: number;
  deposit: number;
  tax_amount: number;
  currency: string;
  lines: PriceLine[];
  terms: Terms;
}
/* A part that cannot be had, and what comes nearest to it. */
export interface Gone {
  key?: string | null;
  id?: Id;
  kind: Kind;
  code: string;
  message: string;
  field?: string;
  reason?: string;
  hint?: string | null;
  alternatives: Part[];
}
export type Quote = (Quoted & { available: true }) | (Gone & { available: false });
export interface Quotes {
  organization_id: Id;
  total: number;
  due_now: number;
  parts: Quote[];
}

export interface BasketPart extends Quoted {
  id: Id;
  request: Part;
  booking_type: 'chalet' | 'reservation' | 'pool' | 'experience';
  booking_id: Id;
  paid: number;
  status: string;
  reference: string | null;
}
export interface Basket {
  id: Id;
  reference: string;
  status: 'open' | 'submitted' | 'confirmed' | 'released' | 'expired';
  organization_id: Id;
  currency: string;
  expires_at: Instant | null;
  now: Instant;
  guest: { full_name: string; email: string | null; phone: string | null; locale: string | null } | null;
  special_requests: string | null;
  total: number;
  due_now: number;
  paid: number;
  pay_at_desk: boolean;
  online: boolean;
  /* What the provider collects and has not come yet. */
  payments?: { id: Id; booking_id: Id; amount: number }[];
  parts: BasketPart[];
}
export type HeldBasket = Basket & { token: string; replayed?: boolean };

export interface Guest {
  full_name: string;
  email: string;
  phone: string;
  locale?: string;
}
export type Pay = { method: 'desk' } | { method: 'credit' } | { method: 'voucher'; code: string } | { method: 'online'; return_path?: string };
export interface PriceChange {
  key?: string | null;
  kind: Kind;
  title: string;
  was: number;
  now: number;
}
