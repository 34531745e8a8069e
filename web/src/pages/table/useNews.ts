/* What happens at the table while somebody looks elsewhere, said once. What was so when the page opened is no news. */
import { useEffect, useRef } from 'react';
import { methodOf } from '@/data/bill';
import { stepOf, type Step } from '@/data/orders';
import type { Id, LineStatus, SessionView } from '@/data/shapes';
import { useNotify } from '@/parts/Notices';
import { useTexts } from '@/texts';

/* How the kitchen is getting on: an order that is begun or served once, a dish the moment it is ready. */
export function useStepNotices(view: SessionView | undefined): void {
  const t = useTexts();
  const notify = useNotify();
  const known = useRef<{ steps: Map<Id, Step | undefined>; lines: Map<Id, LineStatus> } | null>(null);
  useEffect(() => {
    if (!view) return;
    const lines = view.orders.flatMap((order) => order.lines);
    const now = { steps: new Map(view.orders.map((order) => [order.id, stepOf(order)])), lines: new Map(lines.map((line) => [line.id, line.status])) };
    const before = known.current;
    known.current = now;
    if (before === null) return;
    for (const order of view.orders) {
      const step = now.steps.get(order.id);
      const last = before.steps.get(order.id);
      if (last === undefined || step === last || (step !== 'cooking' && step !== 'served')) continue;
      // One that is cooking again was taken a step back.
      if (step === 'cooking' && last !== 'pending') continue;
      notify.good(t.order.newStep[step](order.order_number));
    }
    const ready = lines.filter((line) => line.status === 'ready' && before.lines.get(line.id) !== undefined && before.lines.get(line.id) !== 'ready' && before.lines.get(line.id) !== 'served');
    const mine = ready.find((line) => line.is_mine) ?? ready[0];
    if (mine) notify.good(mine.is_mine ? t.order.yoursIsReady(mine.name) : t.order.dishIsReady(mine.name));
  }, [view, notify, t]);
}

/* Whoever splits the bill splits it for all: the others are told. */
export function useSplitNotices(view: SessionView | undefined): void {
  const t = useTexts();
  const notify = useNotify();
  const known = useRef<string | null>(null);
  const shares = view?.bill?.shares;
  const open = shares?.filter((share) => share.status === 'open');
  const how = open === undefined || open.length === 0 ? null : methodOf(open);
  const kind = how === null ? null : `${how}/${open?.length ?? 0}`;
  useEffect(() => {
    const before = known.current;
    known.current = kind;
    if (before === null || kind === null || how === null || before === kind) return;
    notify.good(t.bill.splitAnew(t.bill.methods[how](open?.length ?? 0)));
  }, [kind, how, open?.length, notify, t]);
}

/* Whoever comes to a table whose bill was asked for sees the bill. Who was there already stays where they are, with the dish they were
 * reading about, and is told: a page that is pulled away by somebody else's tap is nobody's wish. */
export function useBillNotices(view: SessionView | undefined, isOnBill: boolean, toBill: () => void): void {
  const t = useTexts();
  const notify = useNotify();
  const known = useRef<boolean | null>(null);
  const isBilled = view && view.session.status === 'billed';
  useEffect(() => {
    if (isBilled === undefined) return;
    const before = known.current;
    known.current = isBilled;
    if (before === isBilled) return;
    if (before === null) {
      if (isBilled) toBill();
    } else if (!isOnBill) {
      notify.good(isBilled ? t.bill.asked : t.bill.openAgain);
    }
  }, [isBilled, isOnBill, toBill, notify, t]);
}
