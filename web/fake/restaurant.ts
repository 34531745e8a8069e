/* A restaurant in memory that answers like the daemon: the functions of docs/dining-api.md as far as the pages use them, the
 * login, the configuration, ETags. For unit tests and for looking at the pages without a daemon; it knows one house, one
 * waiter and no mercy with wrong input. Typed by the same contract as the pages (src/data/functions.ts). */
import type { Shapes } from '../../client/src/database';
import { allergensOf } from '../src/data/allergens.ts';
import type { Answer, Args } from '../src/data/functions';
import type {
  Bill,
  Entry,
  Floor,
  FloorTable,
  Instant,
  KitchenBoard,
  Line,
  Menu,
  MenuItem,
  Order,
  Participant,
  Reservation,
  Restaurant,
  ServiceCall,
  SessionView,
  Share,
  Table,
  Ticket,
  TicketStatus,
  Waiting,
} from '../src/data/shapes';

export class FakeRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly facts: Record<string, unknown> = {},
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}

interface Guest {
  id: string;
  name: string;
  joinedAt: Instant;
  token: string;
  isGone: boolean;
}

interface Session {
  id: string;
  tableId: string;
  otp: string;
  status: 'active' | 'billed' | 'cleared';
  version: number;
  guests: Guest[];
  drafts: Line[];
  orders: Order[];
  shares: Share[];
  call: ServiceCall | null;
  seen: ServiceCall | null;
  partySize: number | null;
  openedAt: Instant;
  tries: number;
}

export const STAFF = { email: 'waiter@pizza.localhost', password: 'table-for-two', name: 'Wanda Waiter' };
export const STAFF_TOKEN = fakeJwt({ app_role: 'owner', sub: 'user-1' });
export const ANON_KEY = 'anon-key';

function base64url(text: string): string {
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fakeJwt(claims: Record<string, unknown>): string {
  return [base64url('{"alg":"HS256","typ":"JWT"}'), base64url(JSON.stringify({ exp: 4_102_444_800, ...claims })), 'signature'].join('.');
}

const item = (id: string, name: string, price: number, more: Partial<MenuItem> = {}): MenuItem => ({
  id,
  name,
  description: null,
  price,
  image_url: null,
  is_available: true,
  portions_left: null,
  allergens: [],
  tags: [],
  prep_time_minutes: 10,
  tax_rate: 10,
  station: 'kitchen',
  modifier_groups: [],
  ...more,
});

/* What this restaurant can do: the functions that the pages of a restaurant call. */
type FakeName =
  | 'get_my_rights'
  | 'get_terminals'
  | 'send_to_terminal'
  | 'get_terminal_payment'
  | 'get_restaurants'
  | 'get_table'
  | 'get_menu'
  | 'open_table_session'
  | 'join_table_session'
  | 'get_session'
  | 'add_order_line'
  | 'change_order_line'
  | 'remove_order_line'
  | 'place_order'
  | 'call_waiter'
  | 'answer_call'
  | 'cancel_call'
  | 'take_back_bill'
  | 'claim_share'
  | 'get_receipt'
  | 'leave_session'
  | 'remove_participant'
  | 'renew_session_otp'
  | 'bill_session'
  | 'split_bill'
  | 'pay_bill_share'
  | 'unbill_session'
  | 'clear_session'
  | 'get_kitchen_board'
  | 'start_kitchen_order'
  | 'ready_kitchen_order'
  | 'complete_kitchen_order'
  | 'undo_kitchen_order'
  | 'cancel_kitchen_order'
  | 'set_kitchen_item_ready'
  | 'set_item_available'
  | 'get_floor'
  | 'seat_party'
  | 'move_party'
  | 'merge_sessions'
  | 'combine_tables'
  | 'separate_tables'
  | 'reserve_table'
  | 'cancel_reservation'
  | 'mark_reservation_no_show'
  | 'join_waitlist'
  | 'notify_waitlist'
  | 'leave_waitlist'
  | 'set_table_status'
  | 'cancel_order_line';

export class FakeRestaurant {
  readonly restaurant: Restaurant = {
    id: 'restaurant-1',
    name: 'Pizzeria Vesuvio',
    description: 'Wood-fired pizza, fresh pasta and a long table for everybody.',
    address: 'Harbour Street 7',
    phone: '+49 30 1234567',
    email: null,
    image_url: null,
    timezone: 'Europe/Berlin',
    locale: 'de',
    currency: 'EUR',
    currency_exponent: 2,
    prices_include_tax: true,
    is_open: true,
    opens_at: null,
    closes_at: null,
    takes_orders: true,
    opening_hours: {},
    closed_dates: [],
    accepts_takeaway: true,
    accepts_reservations: true,
    max_party_size: 20,
  };
  readonly tables: Table[] = [
    ['Window', 1, 2, null],
    ['Window', 2, 2, null],
    ['Window', 3, 4, null],
    ['Hall', 4, 4, null],
    ['Hall', 5, 6, null],
    ['Hall', 6, 8, 'Long table'],
    ['Terrace', 7, 4, null],
    ['Terrace', 8, 4, null],
  ].map(([section, number, capacity, name]) => ({
    id: `table-${String(number)}`,
    code: `vesuvio${String(number)}`,
    table_number: Number(number),
    name: name === null ? `Table ${String(number)}` : String(name),
    capacity: Number(capacity),
    section: String(section),
    status: 'available',
    shape: 'rectangle',
  }));
  readonly menu: Menu = {
    restaurant: this.restaurant,
    categories: [
      {
        id: 'starters',
        name: 'Starters',
        description: null,
        rank: 1,
        items: [
          item('bruschetta', 'Bruschetta', 650, { description: 'Grilled bread, tomatoes, basil, garlic', allergens: ['gluten'], tags: ['vegan'], station: 'cold' }),
          item('burrata', 'Burrata', 1190, { description: 'With peaches and pistachio', allergens: ['milk', 'nuts'], tags: ['vegetarian'], station: 'cold', portions_left: 3 }),
        ],
      },
      {
        id: 'pizza',
        name: 'Pizza',
        description: 'From the wood oven. Gluten-free base on request.',
        rank: 2,
        items: [
          item('margherita', 'Margherita', 950, {
            description: 'Tomato, mozzarella, basil',
            allergens: ['gluten', 'milk'],
            tags: ['vegetarian'],
            station: 'pizza',
            modifier_groups: [
              {
                id: 'size',
                name: 'Size',
                min_choices: 1,
                max_choices: 1,
                modifiers: [
                  { id: 'size-30', name: '30 cm', price: 0, is_available: true, is_default: true, adds_allergens: [], removes_allergens: [] },
                  { id: 'size-40', name: '40 cm', price: 350, is_available: true, is_default: false, adds_allergens: [], removes_allergens: [] },
                ],
              },
              {
                id: 'extra',
                name: 'Extras',
                min_choices: 0,
                max_choices: 3,
                modifiers: [
                  { id: 'extra-olives', name: 'Olives', price: 120, is_available: true, is_default: false, adds_allergens: [], removes_allergens: [] },
                  { id: 'extra-chilli', name: 'Chilli', price: 0, is_available: true, is_default: false, adds_allergens: [], removes_allergens: [] },
                  { id: 'extra-buffalo', name: 'Buffalo mozzarella', price: 290, is_available: true, is_default: false, adds_allergens: [], removes_allergens: [] },
                  { id: 'extra-truffle', name: 'Truffle', price: 450, is_available: false, is_default: false, adds_allergens: [], removes_allergens: [] },
                ],
              },
            ],
          }),
          item('diavola', 'Diavola', 1150, { description: 'Spicy salami, chilli, mozzarella', allergens: ['gluten', 'milk'], tags: ['spicy'], station: 'pizza' }),
          item('funghi', 'Funghi', 1090, { description: 'Mushrooms, thyme, mozzarella', allergens: ['gluten', 'milk'], tags: ['vegetarian'], station: 'pizza' }),
          item('marinara', 'Marinara', 850, { description: 'Tomato, garlic, oregano', allergens: ['gluten'], tags: ['vegan'], station: 'pizza', is_available: false }),
        ],
      },
      {
        id: 'pasta',
        name: 'Pasta',
        description: null,
        rank: 3,
        items: [
          item('carbonara', 'Carbonara', 1290, { description: 'Guanciale, egg yolk, pecorino', allergens: ['gluten', 'eggs', 'milk'] }),
          item('vongole', 'Vongole', 1590, { description: 'Clams, white wine, parsley', allergens: ['gluten', 'molluscs'] }),
        ],
      },
      {
        id: 'sweets',
        name: 'Sweets',
        description: null,
        rank: 4,
        items: [
          item('tiramisu', 'Tiramisù', 690, { allergens: ['eggs', 'milk', 'gluten'], station: 'cold' }),
          item('gelato', 'Gelato', 480, { description: 'Three scoops', allergens: ['milk'], station: 'cold' }),
        ],
      },
      {
        id: 'drinks',
        name: 'Drinks',
        description: null,
        rank: 5,
        items: [
          item('water', 'Sparkling water', 390, { description: '0.75 l', station: 'bar' }),
          item('spritz', 'Spritz', 790, { station: 'bar' }),
          item('wine', 'House red', 590, { description: '0.2 l', allergens: ['sulphites'], station: 'bar' }),
        ],
      },
    ],
  };
  readonly sessions: Session[] = [];
  readonly tickets: Ticket[] = [];
  readonly reservations: Reservation[] = [];
  readonly waitlist: Waiting[] = [];
  /* A table that is pushed against another one, and that one. */
  readonly combined = new Map<string, string>();
  /* While true nothing answers, as if the network were gone. */
  isAway = false;
  /* Card terminals; what each waits for stays until a test says what came of it. */
  terminals: { id: string; name: string; payment: Shapes['terminal_payment'] | null }[] = [];
  /* The staff's login was ended elsewhere. */
  isStaffShutOut = false;
  /* Calls that arrived, by function: what a test counts. */
  readonly calls: { name: string; args: Record<string, unknown> }[] = [];
  #answered = new Map<string, unknown>();
  #ids = 0;
  #orderNumber = 100;
  now: () => number = () => Date.now();

  #id(kind: string): string {
    return `${kind}-${++this.#ids}`;
  }
  #instant(): Instant {
    return new Date(this.now()).toISOString();
  }

  /* --- Looking things up --- */

  #table(code: string): Table {
    const table = this.tables.find((candidate) => candidate.code === code || candidate.id === code);
    if (!table) throw new FakeRefusal(404, 'There is no such table.', { field: 'p_table' }, 'Scan the code on the table again.');
    return table;
  }
  sessionAt(tableId: string): Session | undefined {
    return this.sessions.find((session) => session.tableId === tableId && session.status !== 'cleared');
  }
  #item(id: string | null): MenuItem {
    const found = this.menu.categories.flatMap((category) => category.items).find((candidate) => candidate.id === id);
    if (!found) throw new FakeRefusal(404, 'There is no such dish.', { field: 'p_menu_item_id' });
    return found;
  }
  #ticket(id: string): Ticket {
    const ticket = this.tickets.find((candidate) => candidate.id === id);
    if (!ticket) throw new FakeRefusal(404, 'There is no such ticket.');
    return ticket;
  }
  #who(token: string): { guest: Guest; session: Session } | null {
    for (const session of this.sessions) {
      const guest = session.guests.find((candidate) => candidate.token === token);
      if (!guest) continue;
      if (guest.isGone || session.status === 'cleared') throw new FakeRefusal(410, 'This session is over.', { reason: 'session_over' });
      return { guest, session };
    }
    return null;
  }
  #mine(token: string, sessionId?: string): { guest: Guest | null; session: Session } {
    const who = this.#who(token);
    if (who) return who;
    this.#staff(token);
    const session = this.sessions.find((candidate) => candidate.id === sessionId);
    if (!session) throw new FakeRefusal(404, 'There is no such session.', { field: 'p_session_id' });
    return { guest: null, session };
  }
  #staff(token: string): void {
    if (this.isStaffShutOut) throw new FakeRefusal(401, 'This session has ended.');
    if (token !== STAFF_TOKEN) throw new FakeRefusal(token === ANON_KEY ? 401 : 403, 'You are not allowed to do this.');
  }
  #open(session: Session): void {
    if (session.status === 'billed') throw new FakeRefusal(409, 'The bill has been asked for.', { reason: 'billed' }, 'Ask the waiter to reopen the session first.');
    if (session.status === 'cleared') throw new FakeRefusal(410, 'This session is over.', { reason: 'session_over' });
  }

  /* --- Sums --- */

  #ordered(session: Session): Line[] {
    return session.orders.flatMap((order) => order.lines).filter((line) => line.status !== 'cancelled');
  }
  #total(session: Session): number {
    return this.#ordered(session).reduce((sum, line) => sum + line.total_amount, 0);
  }
  #paid(session: Session): number {
    return session.shares.reduce((sum, share) => sum + share.paid_amount, 0);
  }
  #bill(session: Session): Bill {
    const total = this.#total(session);
    const paid = this.#paid(session);
    const net = Math.round(total / 1.1);
    const due = total - paid;
    return { total_amount: total, net_amount: net, tax_amount: total - net, paid_amount: paid, due_amount: due, cash_due_amount: due, adjustments: [], shares: session.shares };
  }

  /* --- Shapes --- */

  #participants(session: Session, me: Guest | null): Participant[] {
    const sum = (lines: Line[], id: string): number => lines.filter((line) => line.customer_session_id === id).reduce((total, line) => total + line.total_amount, 0);
    return session.guests
      .filter((guest) => !guest.isGone)
      .map((guest) => ({
        id: guest.id,
        name: guest.name,
        is_me: guest === me,
        joined_at: guest.joinedAt,
        draft_amount: sum(session.drafts, guest.id),
        ordered_amount: sum(this.#ordered(session), guest.id),
      }));
  }
  #asSeenBy(line: Line, me: Guest | null): Line {
    return { ...line, is_mine: me !== null && line.customer_session_id === me.id };
  }
  #view(session: Session, me: Guest | null): SessionView {
    const participants = this.#participants(session, me);
    const total = this.#total(session);
    return {
      version: session.version,
      updated_at: this.#instant(),
      me: participants.find((participant) => participant.is_me) ?? null,
      restaurant: this.restaurant,
      table: this.#table(session.tableId),
      session: {
        id: session.id,
        otp: session.status === 'active' ? session.otp : null,
        otp_expires_at: null,
        status: session.status,
        total_amount: total,
        net_amount: Math.round(total / 1.1),
        tax_amount: total - Math.round(total / 1.1),
        draft_amount: session.drafts.reduce((sum, line) => sum + line.total_amount, 0),
        paid_amount: this.#paid(session),
        due_amount: total - this.#paid(session),
        participant_count: participants.length,
        max_participants: 20,
        party_size: session.partySize,
        service_call: session.call,
        service_called_at: session.call ? this.#instant() : null,
        service_seen_call: session.seen,
        service_seen_at: session.seen ? this.#instant() : null,
        service_seen_by: session.seen ? 'Wanda' : null,
        receipt_code: session.status === 'active' ? null : `receipt-${session.id}`,
        created_at: session.openedAt,
        billed_at: session.status === 'billed' ? this.#instant() : null,
        cleared_at: null,
      },
      participants,
      drafts: session.drafts.map((line) => this.#asSeenBy(line, me)),
      orders: session.orders.map((order) => ({ ...order, lines: order.lines.map((line) => this.#asSeenBy(line, me)) })),
      bill: session.status === 'billed' ? this.#bill(session) : null,
      taxes: total === 0 ? [] : [{ tax_rate: 10, net_amount: Math.round(total / 1.1), tax_amount: total - Math.round(total / 1.1), total_amount: total }],
    };
  }
  #entry(session: Session, guest: Guest | null): Entry {
    const table = this.#table(session.tableId);
    return {
      session: {
        id: session.id,
        otp: session.otp,
        otp_expires_at: null,
        status: session.status,
        restaurant_id: this.restaurant.id,
        table_id: table.id,
        table_number: table.table_number,
        table_code: table.code,
        total_amount: this.#total(session),
        version: session.version,
      },
      customer: guest && { id: guest.id, name: guest.name },
      access_token: guest?.token ?? null,
      token_type: 'bearer',
      expires_at: null,
      expires_in: null,
    };
  }

  /* --- Changing things --- */

  #begin(tableId: string, partySize: number | null): Session {
    const session: Session = {
      id: this.#id('session'),
      tableId,
      otp: String(100_000 + ((this.#ids * 7919 + 82_913) % 900_000)),
      status: 'active',
      version: 1,
      guests: [],
      drafts: [],
      orders: [],
      shares: [],
      call: null,
      seen: null,
      partySize,
      openedAt: this.#instant(),
      tries: 0,
    };
    this.sessions.push(session);
    this.#table(tableId).status = 'occupied';
    return session;
  }
  #seat(session: Session, name: string | undefined): Guest {
    const id = this.#id('guest');
    const guest: Guest = { id, name: name ?? `Guest ${session.guests.length + 1}`, joinedAt: this.#instant(), token: fakeJwt({ app_role: 'guest', customer_session_id: id }), isGone: false };
    session.guests.push(guest);
    session.version++;
    return guest;
  }
  #line(args: Args<'add_order_line'>, guest: Guest | null, session: Session): Line {
    const dish = this.#item(args.p_menu_item_id);
    if (!dish.is_available) throw new FakeRefusal(409, `${dish.name} is sold out.`, { reason: 'sold_out', menu_item_id: dish.id }, 'Choose something else.');
    const quantity = args.p_quantity ?? 1;
    if (quantity < 1 || quantity > 99) throw new FakeRefusal(400, 'The quantity must be between 1 and 99.', { field: 'p_quantity' });
    const modifiers = (args.p_modifiers ?? []).map((choice) => {
      for (const group of dish.modifier_groups) {
        const modifier = group.modifiers.find((candidate) => candidate.id === choice.id);
        if (modifier) return { id: modifier.id, group: group.name, name: modifier.name, price: modifier.price, quantity: choice.quantity };
      }
      throw new FakeRefusal(400, 'This dish has no such option.', { field: 'p_modifiers' });
    });
    for (const group of dish.modifier_groups) {
      const count = modifiers.filter((modifier) => modifier.group === group.name).length;
      if (count < group.min_choices) throw new FakeRefusal(400, `Choose at least ${group.min_choices} of ${group.name}.`, { field: 'p_modifiers', modifier_group_id: group.id });
    }
    const unit = modifiers.reduce((sum, modifier) => sum + modifier.price * modifier.quantity, dish.price);
    return {
      id: this.#id('line'),
      order_id: null,
      session_id: session.id,
      menu_item_id: dish.id,
      name: dish.name,
      quantity,
      unit_price: unit,
      adjustment: 0,
      course: 1,
      total_amount: unit * quantity,
      net_amount: Math.round((unit * quantity) / 1.1),
      tax_amount: unit * quantity - Math.round((unit * quantity) / 1.1),
      tax_rate: 10,
      modifiers,
      allergens: allergensOf(dish, args.p_modifiers ?? []),
      note: args.p_note ?? null,
      station: dish.station,
      status: 'draft',
      customer_session_id: guest?.id ?? null,
      customer_name: guest?.name ?? null,
      is_mine: guest !== null,
      created_at: this.#instant(),
      placed_at: null,
    };
  }
  #place(session: Session, guest: Guest | null): Order {
    const number = String(++this.#orderNumber);
    const orderId = this.#id('order');
    const at = this.#instant();
    const lines = session.drafts.map((line) => ({ ...line, order_id: orderId, status: 'pending' as const, placed_at: at }));
    const total = lines.reduce((sum, line) => sum + line.total_amount, 0);
    const order: Order = {
      id: orderId,
      order_number: number,
      status: 'PENDING',
      type: 'dine_in',
      restaurant_id: this.restaurant.id,
      table_id: session.tableId,
      table_number: this.#table(session.tableId).table_number,
      session_id: session.id,
      customer_session_id: guest?.id ?? null,
      customer_name: guest?.name ?? STAFF.name,
      notes: null,
      total_amount: total,
      net_amount: Math.round(total / 1.1),
      tax_amount: total - Math.round(total / 1.1),
      placed_at: at,
      pickup_at: null,
      done_at: null,
      adjustments: null,
      cancelled_at: null,
      lines,
    };
    session.orders.push(order);
    session.drafts = [];
    session.version++;
    for (const station of new Set(lines.map((line) => line.station))) {
      const table = this.#table(session.tableId);
      this.tickets.push({
        id: this.#id('ticket'),
        order_id: orderId,
        order_number: number,
        station,
        course: 1,
        held: false,
        status: 'pending',
        type: 'dine_in',
        table_id: table.id,
        table_number: table.table_number,
        table_name: table.name,
        session_id: session.id,
        customer_name: order.customer_name,
        kitchen_notes: null,
        alerts: [],
        created_at: at,
        started_at: null,
        ready_at: null,
        completed_at: null,
        cancelled_at: null,
        cancellation_reason: null,
        waiting_seconds: 0,
        target_at: new Date(this.now() + 12 * 60_000).toISOString(),
        is_late: false,
        items: lines
          .filter((line) => line.station === station)
          .map((line) => ({
            id: this.#id('item'),
            order_line_id: line.id,
            menu_item_id: line.menu_item_id,
            name: line.name,
            quantity: line.quantity,
            modifiers: line.modifiers,
            note: line.note,
            note_alerts: [],
            allergens: line.allergens,
            status: 'pending',
            customer_name: line.customer_name,
          })),
      });
    }
    return order;
  }
  #move(ticket: Ticket, status: TicketStatus): { ticket: Ticket; order_status: Order['status'] } {
    ticket.status = status;
    if (status === 'cooking') ticket.started_at = this.#instant();
    ticket.ready_at = status === 'ready' || status === 'completed' ? (ticket.ready_at ?? this.#instant()) : null;
    ticket.completed_at = status === 'completed' ? this.#instant() : null;
    const session = this.sessions.find((candidate) => candidate.id === ticket.session_id);
    const order = session?.orders.find((candidate) => candidate.id === ticket.order_id);
    const lineStatus = { pending: 'pending', cooking: 'cooking', ready: 'ready', completed: 'served', cancelled: 'cancelled' } as const;
    if (session && order) {
      const mine = new Set(ticket.items.map((entry) => entry.order_line_id));
      order.lines = order.lines.map((line) => (mine.has(line.id) ? { ...line, status: lineStatus[status] } : line));
      const all = this.tickets.filter((candidate) => candidate.order_id === order.id);
      order.status = all.every((one) => one.status === 'completed') ? 'DONE' : all.every((one) => one.status === 'pending') ? 'PENDING' : 'COOKING';
      session.version++;
    }
    return { ticket: { ...ticket }, order_status: order?.status ?? 'PENDING' };
  }
  #share(label: string, method: Share['method'], amount: number, more: Partial<Share> = {}): Share {
    return {
      id: this.#id('share'),
      position: 0,
      label,
      method,
      customer_session_id: null,
      customer_name: null,
      amount,
      paid_amount: 0,
      due_amount: amount,
      cash_due_amount: amount,
      status: amount === 0 ? 'paid' : 'open',
      payment_method: null,
      paid_at: null,
      lines: [],
      ...more,
    };
  }
  #split(session: Session, args: Args<'split_bill'>): void {
    const lines = this.#ordered(session);
    const paid = session.shares.filter((share) => share.paid_amount > 0);
    const rest = this.#total(session) - paid.reduce((sum, share) => sum + share.amount, 0);
    const even = (total: number, parts: number): number[] => Array.from({ length: parts }, (_, index) => Math.floor(total / parts) + (index < total % parts ? 1 : 0));
    const asLines = (own: Line[]) => own.map((line) => ({ line_id: line.id, name: line.name, amount: line.total_amount, quantity: line.quantity, fraction: 1 }));
    let open: Share[];
    if (args.p_method === 'guest') {
      const sharing = session.guests.filter((guest) => !guest.isGone);
      const common = even(
        lines.filter((line) => line.customer_session_id === null).reduce((sum, line) => sum + line.total_amount, 0),
        Math.max(1, sharing.length),
      );
      open = sharing.map((guest, index) => {
        const own = lines.filter((line) => line.customer_session_id === guest.id);
        return this.#share(guest.name, 'guest', own.reduce((sum, line) => sum + line.total_amount, 0) + (common[index] ?? 0), { customer_session_id: guest.id, lines: asLines(own) });
      });
    } else if (args.p_method === 'item' && Array.isArray(args.p_shares)) {
      const plans = args.p_shares as { label: string; customer_session_id?: string; lines: string[] }[];
      const amounts = plans.map(() => 0);
      let left = rest;
      for (const line of lines) {
        const takers = plans.flatMap((plan, index) => (plan.lines.includes(line.id) ? [index] : []));
        even(line.total_amount, Math.max(1, takers.length)).forEach((part, index) => {
          const taker = takers[index];
          if (taker === undefined) return;
          amounts[taker] = (amounts[taker] ?? 0) + part;
          left -= part;
        });
      }
      open = plans.map((plan, index) => this.#share(plan.label, 'item', amounts[index] ?? 0, { customer_session_id: plan.customer_session_id ?? null }));
      if (left > 0) open.push(this.#share('Rest', 'item', left));
    } else {
      const wanted = args.p_shares;
      const parts = typeof wanted === 'number' ? wanted : wanted && !Array.isArray(wanted) ? wanted.parts : session.guests.length || 1;
      open = even(rest, parts).map((amount, index) => this.#share(parts === 1 ? 'Table' : `Share ${index + 1}`, 'equal', amount));
    }
    session.shares = [...paid, ...open].map((share, index) => ({ ...share, position: index + 1 }));
    session.version++;
  }

  /* --- The functions --- */

  readonly #functions: { [N in FakeName]: (args: Args<N>, token: string) => Answer<N> } = {
    get_restaurants: () => ({ restaurants: [{ ...this.restaurant, tables: this.tables.map(({ code, table_number, name, section }) => ({ code, table_number, name, section })) }] }),
    get_table: ({ p_table }) => {
      const table = this.#table(p_table);
      const session = this.sessionAt(table.id);
      return {
        restaurant: this.restaurant,
        table,
        session: { is_active: session?.status === 'active', is_billed: session?.status === 'billed', can_open: !session && table.status !== 'out_of_service' },
      };
    },
    get_menu: () => this.menu,
    open_table_session: ({ p_table, p_name }) => {
      const table = this.#table(p_table);
      if (this.sessionAt(table.id)) throw new FakeRefusal(409, 'Somebody has already started at this table.', { reason: 'session_active' }, 'Join with the six digits.');
      const session = this.#begin(table.id, null);
      return this.#entry(session, this.#seat(session, p_name));
    },
    join_table_session: ({ p_table, p_otp, p_name }) => {
      const session = this.sessionAt(this.#table(p_table).id);
      if (!session) throw new FakeRefusal(410, 'Nobody is ordering at this table.', {}, 'Start a new order.');
      this.#open(session);
      if (session.tries >= 5) throw new FakeRefusal(429, 'Too many wrong tries.', { retry_after: 60 });
      if (session.otp !== p_otp) throw new FakeRefusal(403, 'Wrong digits.', { field: 'p_otp', attempts_left: 5 - ++session.tries });
      return this.#entry(session, this.#seat(session, p_name));
    },
    get_session: ({ p_session_id, p_since_version }, token) => {
      const { guest, session } = this.#mine(token, p_session_id);
      if (p_since_version === session.version) return { version: session.version, unchanged: true };
      return this.#view(session, guest);
    },
    add_order_line: (args, token) => {
      const { guest, session } = this.#mine(token, args.p_session_id);
      this.#open(session);
      const line = this.#line(args, guest, session);
      session.drafts.push(line);
      session.version++;
      return { line, version: session.version, replayed: false };
    },
    change_order_line: ({ p_line_id, p_quantity, p_note }, token) => {
      const { guest, session } = this.#sessionOfDraft(p_line_id, token);
      const at = session.drafts.findIndex((line) => line.id === p_line_id);
      const line = session.drafts[at];
      if (!line) throw new FakeRefusal(409, 'This line has been sent already.', { reason: 'already_sent' });
      const quantity = p_quantity ?? line.quantity;
      const changed = { ...line, quantity, total_amount: line.unit_price * quantity, note: p_note === undefined ? line.note : p_note || null };
      session.drafts[at] = changed;
      session.version++;
      return { line: this.#asSeenBy(changed, guest), version: session.version };
    },
    remove_order_line: ({ p_line_id }, token) => {
      const { session } = this.#sessionOfDraft(p_line_id, token);
      session.drafts = session.drafts.filter((line) => line.id !== p_line_id);
      session.version++;
      return { line_id: p_line_id, version: session.version };
    },
    place_order: ({ p_session_id, p_total_amount }, token) => {
      const { guest, session } = this.#mine(token, p_session_id);
      this.#open(session);
      if (session.drafts.length === 0) throw new FakeRefusal(409, 'There is nothing to send.', { reason: 'nothing_to_send' });
      const gone = session.drafts.map((line) => this.#item(line.menu_item_id)).filter((dish) => !dish.is_available);
      if (gone.length > 0)
        throw new FakeRefusal(
          409,
          'Some dishes are sold out.',
          { reason: 'sold_out', items: gone.map(({ id, name }) => ({ menu_item_id: id, name, portions_left: 0 })) },
          'Take them off and send again.',
        );
      const total = session.drafts.reduce((sum, line) => sum + line.total_amount, 0);
      if (p_total_amount !== undefined && p_total_amount !== total) throw new FakeRefusal(409, 'The total has changed.', { reason: 'total_changed', total_amount: total });
      const order = this.#place(session, guest);
      return { order: { ...order, lines: order.lines.map((line) => this.#asSeenBy(line, guest)) }, kitchen_orders: [], version: session.version, replayed: false };
    },
    call_waiter: ({ p_reason, p_session_id }, token) => {
      const { session } = this.#mine(token, p_session_id);
      session.call = p_reason ?? 'help';
      session.seen = null;
      return { version: ++session.version };
    },
    answer_call: ({ p_session_id }, token) => {
      const { session } = this.#mine(token, p_session_id);
      session.seen = session.call;
      session.call = null;
      return { version: ++session.version };
    },
    cancel_call: ({ p_session_id }, token) => {
      const { session } = this.#mine(token, p_session_id);
      session.call = null;
      return { version: ++session.version };
    },
    take_back_bill: (_args, token) => {
      const { session } = this.#mine(token);
      if (this.#paid(session) > 0) throw new FakeRefusal(409, 'Somebody has paid already.', { reason: 'paid' });
      session.status = 'active';
      session.shares = [];
      return { session_id: session.id, status: session.status, version: ++session.version };
    },
    claim_share: ({ p_share_id, p_mine }, token) => {
      const { guest, session } = this.#mine(token);
      const share = session.shares.find((candidate) => candidate.id === p_share_id);
      if (!share) throw new FakeRefusal(404, 'There is no such share.');
      share.customer_session_id = p_mine === false ? null : (guest?.id ?? null);
      share.customer_name = p_mine === false ? null : (guest?.name ?? null);
      return { share: { ...share }, version: ++session.version };
    },
    get_my_rights: (_args, token) => {
      this.#staff(token);
      return { role: 'owner', rights: { reservations: ['read', 'create', 'update', 'delete'] } };
    },
    get_terminals: (_args, token) => {
      this.#staff(token);
      return this.terminals;
    },
    send_to_terminal: ({ p_terminal_id, p_share_id, p_amount, p_tip_amount, p_idempotency_key }, token) => {
      this.#staff(token);
      const terminal = this.terminals.find((candidate) => candidate.id === p_terminal_id);
      if (!terminal) throw new FakeRefusal(404, 'There is no such terminal.');
      if (terminal.payment && terminal.payment.id !== p_idempotency_key) throw new FakeRefusal(409, `${terminal.name} is busy with another payment.`, { reason: 'busy' });
      terminal.payment ??= {
        id: p_idempotency_key ?? '',
        terminal_id: terminal.id,
        terminal: terminal.name,
        share_id: p_share_id ?? null,
        amount: p_amount ?? 0,
        tip_amount: p_tip_amount ?? 0,
        currency: 'EUR',
        reason: null,
        sent_at: '2026-12-04T19:00:00Z',
        ends_at: '2026-12-04T19:02:00Z',
        state: 'waiting',
        can_cancel: true,
      };
      return terminal.payment;
    },
    get_terminal_payment: ({ p_payment_id }, token) => {
      this.#staff(token);
      const payment = this.terminals.find((terminal) => terminal.payment?.id === p_payment_id)?.payment;
      if (!payment) throw new FakeRefusal(404, 'There is no such payment.');
      return payment;
    },
    get_receipt: ({ p_code }) => {
      const session = this.sessions.find((candidate) => `receipt-${candidate.id}` === p_code);
      if (!session) throw new FakeRefusal(404, 'There is no such receipt.');
      const view = this.#view(session, null);
      return {
        restaurant: this.restaurant,
        table_number: view.table.table_number,
        status: session.status,
        opened_at: session.openedAt,
        billed_at: view.session.billed_at,
        cleared_at: null,
        total_amount: view.session.total_amount,
        net_amount: view.session.net_amount,
        tax_amount: view.session.tax_amount,
        paid_amount: view.session.paid_amount,
        due_amount: view.session.due_amount,
        other_amount: 0,
        adjustments: [],
        taxes: view.taxes,
        lines: this.#ordered(session).map(({ name, quantity, unit_price, adjustment, total_amount, tax_rate, modifiers }) => ({
          name,
          quantity,
          unit_price,
          adjustment,
          total_amount,
          tax_rate,
          modifiers,
        })),
        payments: session.shares.filter((share) => share.paid_amount > 0).map((share) => ({ label: share.label, amount: share.paid_amount, method: share.payment_method, paid_at: share.paid_at })),
      };
    },
    leave_session: (_args, token) => {
      const who = this.#who(token);
      if (!who) throw new FakeRefusal(403, 'Only guests leave.');
      who.guest.isGone = true;
      who.session.drafts = who.session.drafts.filter((line) => line.customer_session_id !== who.guest.id);
      who.session.version++;
      return { left: true };
    },
    remove_participant: ({ p_customer_session_id }, token) => {
      this.#staff(token);
      for (const session of this.sessions) {
        const guest = session.guests.find((candidate) => candidate.id === p_customer_session_id);
        if (!guest) continue;
        guest.isGone = true;
        return { version: ++session.version };
      }
      throw new FakeRefusal(404, 'There is no such guest.');
    },
    renew_session_otp: ({ p_session_id }, token) => {
      const { session } = this.#mine(token, p_session_id);
      session.otp = String(((Number(session.otp) * 31) % 900_000) + 100_000);
      return { otp: session.otp, otp_expires_at: null, version: ++session.version };
    },
    bill_session: ({ p_session_id, p_discard_drafts }, token) => {
      const { session } = this.#mine(token, p_session_id);
      if (session.status === 'active') {
        if (session.drafts.length > 0 && !p_discard_drafts) throw new FakeRefusal(409, 'Some lines have not been sent.', { reason: 'unsent_drafts', count: session.drafts.length });
        session.drafts = [];
        session.status = 'billed';
        this.#split(session, { p_method: 'equal', p_shares: { parts: 1 } });
      }
      return { session_id: session.id, status: session.status, bill: this.#bill(session), version: session.version };
    },
    split_bill: (args, token) => {
      const { session } = this.#mine(token, args.p_session_id);
      session.status = 'billed';
      this.#split(session, args);
      return { session_id: session.id, bill: this.#bill(session), version: session.version };
    },
    pay_bill_share: ({ p_share_id, p_method, p_amount }, token) => {
      this.#staff(token);
      const session = this.sessions.find((candidate) => candidate.shares.some((share) => share.id === p_share_id));
      const share = session?.shares.find((candidate) => candidate.id === p_share_id);
      if (!session || !share) throw new FakeRefusal(404, 'There is no such share.');
      if (share.status === 'paid') throw new FakeRefusal(409, 'This share is paid already.');
      const due = share.amount - share.paid_amount;
      const amount = p_amount ?? due;
      if (amount > due) throw new FakeRefusal(400, 'That is more than is due.', { field: 'p_amount', due_amount: due });
      share.paid_amount += amount;
      share.payment_method = p_method ?? 'cash';
      if (share.paid_amount === share.amount) share.status = 'paid';
      session.version++;
      return { share: { ...share }, bill: this.#bill(session), payment_id: this.#id('payment'), version: session.version, replayed: false };
    },
    unbill_session: ({ p_session_id }, token) => {
      const { session } = this.#mine(token, p_session_id);
      session.status = 'active';
      session.shares = session.shares.filter((share) => share.paid_amount > 0);
      return { session_id: session.id, status: session.status, version: ++session.version };
    },
    clear_session: ({ p_session_id }, token) => {
      this.#staff(token);
      const { session } = this.#mine(token, p_session_id);
      const { due_amount } = this.#bill(session);
      if (session.drafts.length > 0) throw new FakeRefusal(409, 'Some lines have not been sent.', { reason: 'unsent_drafts' });
      if (due_amount > 0) throw new FakeRefusal(409, 'The bill is not paid.', { reason: 'unpaid', due_amount });
      session.status = 'cleared';
      this.#table(session.tableId).status = 'cleaning';
      return { session_id: session.id, status: 'cleared', table_id: session.tableId, cleared_at: this.#instant() };
    },
    get_kitchen_board: (_args, token): KitchenBoard => {
      this.#staff(token);
      const open = this.tickets.filter((ticket) => ['pending', 'cooking', 'ready'].includes(ticket.status));
      const stations = [...new Set(this.menu.categories.flatMap((category) => category.items.map((dish) => dish.station)))].sort();
      const count = (station: string, status: string): number => open.filter((ticket) => ticket.station === station && ticket.status === status).length;
      const allDay = new Map<string, KitchenBoard['all_day'][number]>();
      for (const ticket of open.filter((candidate) => candidate.status !== 'ready')) {
        for (const entry of ticket.items.filter((candidate) => candidate.status === 'pending')) {
          const modifiers = entry.modifiers.map((modifier) => modifier.name);
          const key = `${entry.menu_item_id} ${modifiers.join()}`;
          const row = allDay.get(key) ?? { menu_item_id: entry.menu_item_id, name: entry.name, modifiers, quantity: 0, station: ticket.station };
          allDay.set(key, { ...row, quantity: row.quantity + entry.quantity });
        }
      }
      return {
        restaurant: this.restaurant,
        stations: stations.map((station) => ({ station, pending: count(station, 'pending'), cooking: count(station, 'cooking'), ready: count(station, 'ready') })),
        tickets: open.map((ticket) => structuredClone(ticket)),
        held: [],
        recent: this.tickets.filter((ticket) => ['completed', 'cancelled'].includes(ticket.status)).map((ticket) => structuredClone(ticket)),
        all_day: [...allDay.values()].sort((a, b) => b.quantity - a.quantity),
        printers: [],
        sold_out: this.menu.categories.flatMap((category) => category.items.filter((dish) => !dish.is_available).map(({ id, name }) => ({ id, name }))),
        now: this.#instant(),
      };
    },
    start_kitchen_order: ({ p_kitchen_order_id }, token) => this.#advance(p_kitchen_order_id, token, ['pending', 'cooking'], 'cooking'),
    ready_kitchen_order: ({ p_kitchen_order_id }, token) => this.#advance(p_kitchen_order_id, token, ['pending', 'cooking', 'ready'], 'ready'),
    complete_kitchen_order: ({ p_kitchen_order_id }, token) => this.#advance(p_kitchen_order_id, token, ['cooking', 'ready', 'completed'], 'completed'),
    undo_kitchen_order: ({ p_kitchen_order_id }, token) => {
      this.#staff(token);
      const ticket = this.#ticket(p_kitchen_order_id);
      const back = { completed: 'ready', ready: 'cooking', cooking: 'pending', cancelled: 'pending', pending: null } as const;
      const to = back[ticket.status];
      if (to === null) throw new FakeRefusal(422, 'There is nothing to take back.', { from: 'pending' });
      return this.#move(ticket, to);
    },
    cancel_kitchen_order: ({ p_kitchen_order_id, p_reason }, token) => {
      this.#staff(token);
      const ticket = this.#ticket(p_kitchen_order_id);
      ticket.cancellation_reason = p_reason;
      ticket.cancelled_at = this.#instant();
      return this.#move(ticket, 'cancelled');
    },
    set_kitchen_item_ready: ({ p_item_id, p_ready }, token) => {
      this.#staff(token);
      const ticket = this.tickets.find((candidate) => candidate.items.some((entry) => entry.id === p_item_id));
      if (!ticket) throw new FakeRefusal(404, 'There is no such item.');
      ticket.items = ticket.items.map((entry) => (entry.id === p_item_id ? { ...entry, status: (p_ready ?? true) ? 'ready' : 'pending' } : entry));
      return { ticket: structuredClone(ticket), order_status: 'COOKING' };
    },
    set_item_available: ({ p_menu_item_id, p_available }, token) => {
      this.#staff(token);
      const dish = this.#item(p_menu_item_id);
      dish.is_available = p_available;
      return { item: { id: dish.id, name: dish.name, is_available: dish.is_available, portions_left: dish.portions_left } };
    },
    get_floor: (_args, token): Floor => {
      this.#staff(token);
      return {
        restaurant: this.restaurant,
        tables: this.tables.map((table) => this.#floorTable(table)),
        reservations: this.reservations,
        waitlist: this.waitlist,
        ready: this.tickets.filter((ticket) => ticket.status === 'ready').map((ticket) => structuredClone(ticket)),
        now: this.#instant(),
      };
    },
    seat_party: ({ p_table_id, p_party_size }, token) => {
      this.#staff(token);
      const table = this.#table(p_table_id ?? '');
      if (this.sessionAt(table.id)) throw new FakeRefusal(409, 'Somebody sits there.', { reason: 'occupied' });
      return { ...this.#entry(this.#begin(table.id, p_party_size ?? null), null), reservation: null, waiting: null };
    },
    move_party: ({ p_session_id, p_table_id }, token) => {
      this.#staff(token);
      const { session } = this.#mine(token, p_session_id);
      const from = session.tableId;
      if (this.sessionAt(p_table_id)) throw new FakeRefusal(409, 'Somebody sits there.', { reason: 'occupied' });
      session.tableId = p_table_id;
      this.#table(from).status = 'available';
      this.#table(p_table_id).status = 'occupied';
      return { session_id: session.id, from_table_id: from, table_id: p_table_id, version: ++session.version };
    },
    merge_sessions: ({ p_from_session_id, p_into_session_id }, token) => {
      this.#staff(token);
      const { session: from } = this.#mine(token, p_from_session_id);
      const { session: into } = this.#mine(token, p_into_session_id);
      for (const guest of from.guests) into.guests.push(guest);
      into.orders.push(...from.orders);
      into.drafts.push(...from.drafts);
      from.guests = [];
      from.orders = [];
      from.drafts = [];
      from.status = 'cleared';
      this.#table(from.tableId).status = 'available';
      return { session_id: into.id, version: ++into.version };
    },
    combine_tables: ({ p_table_ids }, token) => {
      this.#staff(token);
      const [main = '', ...others] = p_table_ids;
      for (const id of others) this.combined.set(id, main);
      return this.#together(main);
    },
    separate_tables: ({ p_table_id }, token) => {
      this.#staff(token);
      for (const [id, main] of [...this.combined]) if (main === p_table_id) this.combined.delete(id);
      return this.#together(p_table_id);
    },
    reserve_table: ({ p_date, p_time, p_party_size, p_guest_name, p_guest_phone, p_special_requests }, token) => {
      this.#staff(token);
      const starts = `${p_date}T${p_time}:00Z`;
      const reservation: Reservation = {
        id: this.#id('reservation'),
        confirmation_code: 'ABCD2345',
        restaurant_id: this.restaurant.id,
        status: 'confirmed',
        reservation_date: p_date,
        reservation_time: p_time,
        starts_at: starts,
        ends_at: starts,
        business_date: p_date,
        cancelled_at: null,
        duration_minutes: 90,
        party_size: p_party_size,
        table_ids: [],
        table_numbers: [],
        guest_name: p_guest_name,
        guest_phone: p_guest_phone ?? null,
        guest_email: null,
        special_requests: p_special_requests ?? null,
        session_id: null,
        created_at: this.#instant(),
      };
      this.reservations.push(reservation);
      return { reservation, replayed: false };
    },
    cancel_reservation: ({ p_reservation_id }, token) => ({ reservation: this.#reservation(p_reservation_id, 'cancelled', token) }),
    mark_reservation_no_show: ({ p_reservation_id }, token) => ({ reservation: this.#reservation(p_reservation_id, 'no_show', token) }),
    join_waitlist: ({ p_party_size, p_guest_name, p_guest_phone, p_note }, token) => {
      this.#staff(token);
      const waiting: Waiting = {
        id: this.#id('waiting'),
        code: 'wait',
        restaurant_id: this.restaurant.id,
        position: this.waitlist.length + 1,
        party_size: p_party_size,
        guest_name: p_guest_name,
        guest_phone: p_guest_phone ?? null,
        note: p_note ?? null,
        status: 'waiting',
        quoted_minutes: null,
        session_id: null,
        joined_at: this.#instant(),
        notified_at: null,
      };
      this.waitlist.push(waiting);
      return { waiting, replayed: false };
    },
    notify_waitlist: ({ p_waitlist_id }, token) => ({ waiting: this.#waiting(p_waitlist_id, 'notified', token) }),
    leave_waitlist: ({ p_waitlist_id }, token) => ({ waiting: this.#waiting(p_waitlist_id, 'left', token) }),
    set_table_status: ({ p_table_id, p_status }, token) => {
      this.#staff(token);
      const table = this.#table(p_table_id);
      table.status = p_status;
      return { table: { ...table } };
    },
    cancel_order_line: ({ p_line_id }, token) => {
      this.#staff(token);
      for (const session of this.sessions) {
        const order = session.orders.find((candidate) => candidate.lines.some((line) => line.id === p_line_id));
        if (!order) continue;
        order.lines = order.lines.map((line) => (line.id === p_line_id ? { ...line, status: 'cancelled' } : line));
        return { order, version: ++session.version };
      }
      throw new FakeRefusal(404, 'There is no such line.');
    },
  };

  #sessionOfDraft(lineId: string, token: string): { guest: Guest | null; session: Session } {
    const who = this.#who(token);
    if (who) return who;
    this.#staff(token);
    const session = this.sessions.find((candidate) => candidate.drafts.some((line) => line.id === lineId));
    if (!session) throw new FakeRefusal(404, 'There is no such line.');
    return { guest: null, session };
  }
  #advance(id: string, token: string, from: TicketStatus[], to: TicketStatus): { ticket: Ticket; order_status: Order['status'] } {
    this.#staff(token);
    const ticket = this.#ticket(id);
    if (!from.includes(ticket.status)) throw new FakeRefusal(422, `A ${ticket.status} ticket cannot become ${to}.`, { from: ticket.status, to });
    return ticket.status === to ? { ticket: structuredClone(ticket), order_status: 'COOKING' } : this.#move(ticket, to);
  }
  #together(main: string): { table_id: string; table_ids: string[]; capacity: number } {
    const ids = [main, ...[...this.combined].filter(([, into]) => into === main).map(([id]) => id)];
    return { table_id: main, table_ids: ids, capacity: ids.reduce((sum, id) => sum + this.#table(id).capacity, 0) };
  }
  #reservation(id: string | undefined, status: Reservation['status'], token: string): Reservation {
    this.#staff(token);
    const found = this.reservations.find((candidate) => candidate.id === id);
    if (!found) throw new FakeRefusal(404, 'There is no such reservation.');
    found.status = status;
    return found;
  }
  #waiting(id: string | undefined, status: Waiting['status'], token: string): Waiting {
    this.#staff(token);
    const found = this.waitlist.find((candidate) => candidate.id === id);
    if (!found) throw new FakeRefusal(404, 'There is no such party.');
    found.status = status;
    return found;
  }
  #floorTable(table: Table): FloorTable {
    const session = this.sessionAt(table.id);
    const kitchen = (status: TicketStatus): number => this.tickets.filter((ticket) => ticket.session_id === session?.id && ticket.status === status).length;
    const bill = session && this.#bill(session);
    return {
      ...table,
      position_x: null,
      position_y: null,
      width: null,
      height: null,
      rotation: null,
      features: null,
      combined_into: this.combined.get(table.id) ?? null,
      session:
        session && bill
          ? {
              id: session.id,
              otp: session.status === 'active' ? session.otp : null,
              status: session.status,
              version: session.version,
              billed_at: null,
              total_amount: bill.total_amount,
              paid_amount: bill.paid_amount,
              due_amount: bill.due_amount,
              draft_count: session.drafts.length,
              participant_count: session.guests.filter((guest) => !guest.isGone).length,
              party_size: session.partySize,
              names: session.guests.map((guest) => guest.name),
              opened_at: session.openedAt,
              minutes: Math.floor((this.now() - Date.parse(session.openedAt)) / 60_000),
              last_order_at: session.orders.at(-1)?.placed_at ?? null,
              kitchen: { pending: kitchen('pending'), cooking: kitchen('cooking'), ready: kitchen('ready'), held: 0 },
              service_call: session.call,
              service_called_at: null,
            }
          : null,
      next_reservation: null,
      late_reservation: false,
    };
  }

  /* What a function answers; a repeated idempotency key gets the first answer again. */
  call(name: string, args: Record<string, unknown>, token: string): unknown {
    this.calls.push({ name, args });
    const run = (this.#functions as Record<string, ((args: never, token: string) => unknown) | undefined>)[name];
    if (!run) throw new FakeRefusal(404, `Could not find the function ${name}.`);
    const key = args['p_idempotency_key'];
    if (typeof key !== 'string') return structuredClone(run(args as never, token));
    const known = this.#answered.get(`${name} ${key}`);
    if (known !== undefined) return { ...(known as object), replayed: true };
    const answer = structuredClone(run(args as never, token));
    this.#answered.set(`${name} ${key}`, answer);
    return answer;
  }
}
