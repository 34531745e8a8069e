/* Lines of an order before they are sent: what the daemon knows, plus what this device has written and not yet had answered. */
import type { Args, ModifierChoice } from './functions';
import { allergensOf } from './allergens';
import { chosenModifiers, findItem, unitPrice } from './menu';
import type { Id, Line, Menu, Participant, SessionView } from './shapes';
import type { Done, Queue, QueuedWrite } from './writes';

/* `writeId`: the line exists on this device only. `isWaiting`: something about it has not been answered yet. */
export interface DraftLine extends Line {
  writeId: string | null;
  isWaiting: boolean;
}

export interface Drafts {
  lines: DraftLine[];
  /* An order is on its way to the kitchen; its lines. */
  leaving: DraftLine[];
}

function lineFromWrite(id: string, args: Args<'add_order_line'>, at: number, menu: Menu | undefined, me: Participant | null): DraftLine | undefined {
  const item = findItem(menu, args.p_menu_item_id);
  if (!item) return undefined;
  const choices = args.p_modifiers ?? [];
  const quantity = args.p_quantity ?? 1;
  const unit = unitPrice(item, choices);
  return {
    id,
    order_id: null,
    session_id: null,
    menu_item_id: item.id,
    name: item.name,
    quantity,
    unit_price: unit,
    total_amount: unit * quantity,
    net_amount: unit * quantity,
    tax_amount: 0,
    tax_rate: item.tax_rate,
    adjustment: 0,
    course: 1,
    modifiers: chosenModifiers(item, choices),
    allergens: allergensOf(item, choices),
    note: args.p_note ?? null,
    station: item.station,
    status: 'draft',
    customer_session_id: me?.id ?? null,
    customer_name: me?.name ?? null,
    is_mine: true,
    created_at: new Date(at).toISOString(),
    placed_at: null,
    writeId: id,
    isWaiting: true,
  };
}

function changed(line: DraftLine, args: Args<'change_order_line'>, menu: Menu | undefined): DraftLine {
  const quantity = args.p_quantity ?? line.quantity;
  const note = args.p_note === undefined ? line.note : args.p_note === '' ? null : args.p_note;
  const item = findItem(menu, line.menu_item_id);
  const chosen = args.p_modifiers && item ? { modifiers: chosenModifiers(item, args.p_modifiers), allergens: allergensOf(item, args.p_modifiers), unit_price: unitPrice(item, args.p_modifiers) } : {};
  const next = { ...line, ...chosen, quantity, note };
  return { ...next, total_amount: next.unit_price * quantity, isWaiting: true };
}

/* The drafts as the guest means them. Writes apply in the order in which they will be sent. */
export function draftsWith(view: Pick<SessionView, 'drafts' | 'me'>, writes: readonly QueuedWrite[], menu: Menu | undefined): Drafts {
  let lines: DraftLine[] = view.drafts.map((line) => ({ ...line, writeId: null, isWaiting: false }));
  let leaving: DraftLine[] = [];
  for (const write of writes) {
    switch (write.kind) {
      case 'add_order_line': {
        const line = lineFromWrite(write.id, write.args, write.at, menu, view.me);
        if (line) lines = [...lines, line];
        break;
      }
      case 'change_order_line':
        lines = lines.map((line) => (line.id === write.args.p_line_id ? changed(line, write.args, menu) : line));
        break;
      case 'remove_order_line':
        lines = lines.filter((line) => line.id !== write.args.p_line_id);
        break;
      case 'place_order':
        leaving = [...leaving, ...lines.map((line) => ({ ...line, isWaiting: true }))];
        lines = [];
        break;
      default:
        break;
    }
  }
  return { lines, leaving };
}

export const sumOf = (lines: readonly { total_amount: number }[]): number => lines.reduce((sum, line) => sum + line.total_amount, 0);

export interface NewLine {
  itemId: Id;
  quantity: number;
  choices: ModifierChoice[];
  note: string;
}

/* Adds a line; the same thing added again while it still waits raises the quantity. */
export function addLine(queue: Queue, { itemId, quantity, choices, note }: NewLine, sessionId?: Id): void {
  const args: Args<'add_order_line'> = { p_menu_item_id: itemId, p_quantity: quantity };
  if (choices.length > 0) args.p_modifiers = choices;
  if (note.trim() !== '') args.p_note = note.trim();
  if (sessionId !== undefined) args.p_session_id = sessionId;
  const { p_quantity: _, ...rest } = args;
  const same = queue.writes().findLast((write) => {
    if (write.kind !== 'add_order_line') return false;
    const { p_quantity: __, ...other } = write.args;
    return JSON.stringify(other) === JSON.stringify(rest);
  });
  // Not across an order that was sent in between: it would slip into it.
  const sentAfter = queue.writes().findLastIndex((write) => write.kind === 'place_order');
  if (same?.kind === 'add_order_line' && queue.writes().indexOf(same) > sentAfter) {
    if (queue.change(same.id, { ...args, p_quantity: Math.min(99, (same.args.p_quantity ?? 1) + quantity) })) return;
  }
  queue.add('add_order_line', args);
}

/* Sets a draft's quantity; 0 takes it away. False when the line is just being sent: ask again in a moment. */
export function setQuantity(queue: Queue, line: DraftLine, quantity: number): boolean {
  if (line.writeId !== null) {
    if (quantity === 0) return queue.drop(line.writeId);
    const write = queue.writes().find((candidate) => candidate.id === line.writeId);
    return write?.kind === 'add_order_line' && queue.change(write.id, { ...write.args, p_quantity: quantity });
  }
  // Fast taps on one line become one write.
  const pending = queue.writes().findLast((write) => write.kind === 'change_order_line' && write.args.p_line_id === line.id);
  if (quantity === 0) {
    if (pending) queue.drop(pending.id);
    queue.add('remove_order_line', { p_line_id: line.id });
    return true;
  }
  if (pending?.kind === 'change_order_line' && queue.change(pending.id, { ...pending.args, p_quantity: quantity })) return true;
  queue.add('change_order_line', { p_line_id: line.id, p_quantity: quantity });
  return true;
}

/* Other options, another wish, another number for a line that is not sent yet. False when it is just being sent. */
export function editLine(queue: Queue, line: DraftLine, { quantity, choices, note }: NewLine): boolean {
  if (line.writeId !== null) {
    const write = queue.writes().find((candidate) => candidate.id === line.writeId);
    if (write?.kind !== 'add_order_line') return false;
    const { p_note: _, p_modifiers: __, ...rest } = write.args;
    return queue.change(write.id, { ...rest, p_quantity: quantity, ...(choices.length > 0 ? { p_modifiers: choices } : {}), ...(note.trim() === '' ? {} : { p_note: note.trim() }) });
  }
  const pending = queue.writes().findLast((write) => write.kind === 'change_order_line' && write.args.p_line_id === line.id);
  const args: Args<'change_order_line'> = { p_line_id: line.id, p_quantity: quantity, p_modifiers: choices, p_note: note.trim() };
  if (pending?.kind === 'change_order_line' && queue.change(pending.id, args)) return true;
  queue.add('change_order_line', args);
  return true;
}

/* The view after a write was answered. */
export function viewAfter(view: SessionView, done: Done): SessionView {
  switch (done.kind) {
    case 'add_order_line':
    case 'change_order_line': {
      const { line } = done.answer;
      const others = view.drafts.filter((draft) => draft.id !== line.id);
      const at = view.drafts.findIndex((draft) => draft.id === line.id);
      return { ...view, drafts: at < 0 ? [...others, line] : others.toSpliced(at, 0, line) };
    }
    case 'remove_order_line':
      return { ...view, drafts: view.drafts.filter((draft) => draft.id !== done.args.p_line_id) };
    case 'place_order': {
      const { order } = done.answer;
      const others = view.orders.filter((known) => known.id !== order.id);
      const sent = new Set(order.lines.map((line) => line.id));
      return { ...view, orders: [...others, order], drafts: view.drafts.filter((draft) => !sent.has(draft.id)) };
    }
    default:
      return view;
  }
}

export interface PersonLines<L extends Line> {
  id: Id | null;
  name: string | null;
  isMe: boolean;
  lines: L[];
  amount: number;
}

/* Lines by the person who added them: me first, then in the order of their first line. */
export function byPerson<L extends Line>(lines: readonly L[]): PersonLines<L>[] {
  const groups = new Map<Id | null, PersonLines<L>>();
  for (const line of lines) {
    const group = groups.get(line.customer_session_id) ?? { id: line.customer_session_id, name: line.customer_name, isMe: line.is_mine, lines: [], amount: 0 };
    group.lines.push(line);
    group.amount += line.total_amount;
    groups.set(line.customer_session_id, group);
  }
  return [...groups.values()].sort((a, b) => Number(b.isMe) - Number(a.isMe));
}
