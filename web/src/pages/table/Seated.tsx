/* A guest who has joined: menu, order, bill, all alive. */
import { ActionIcon, Indicator, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { apiOver, fixedBearer, plainCaller } from '@/data/api';
import { addLine, draftsWith, viewAfter, type NewLine } from '@/data/lines';
import { findItem, menuFeed, menuKey, menuQuery } from '@/data/menu';
import { isOver, isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import type { Pass } from '@/data/pass';
import { patchSession, sessionFeed, sessionQuery } from '@/data/session';
import type { Id } from '@/data/shapes';
import type { Done, QueuedWrite } from '@/data/writes';
import { useFeed } from '@/hooks/useFeed';
import { useQueue, useWrites } from '@/hooks/useQueue';
import { useAddressWord, useBackCloses } from '@/lib/address';
import { clockTime, money } from '@/lib/format';
import { keep, shelf } from '@/lib/keep';
import { Frame } from '@/parts/Frame';
import { BellIcon, BillIcon, ListIcon, MenuIcon, PeopleIcon } from '@/parts/icons';
import { Loading } from '@/parts/Loading';
import { MenuBrowser } from '@/parts/menu/MenuBrowser';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { PlaceProvider } from '@/parts/say';
import { useSay } from '@/texts';
import { explainOrder } from '@/texts/explainOrder';
import { tableName } from '@/texts/tableName';
import { BillView } from './BillView';
import { CallSheet, callState } from './CallSheet';
import { InviteCard } from './InviteCard';
import { OrderView } from './OrderView';
import { PeopleSheet } from './PeopleSheet';
import classes from './Seated.module.css';
import { useBillNotices, useSplitNotices, useStepNotices } from './useNews';

const VIEWS = ['menu', 'order', 'bill'] as const;
type View = (typeof VIEWS)[number];

interface Props {
  code: string;
  pass: Pass;
  /* `finished`: the visit came to its end; false: the guest left by themselves. */
  onOver: (finished: boolean) => void;
}

export function Seated({ code, pass, onOver }: Props) {
  const { t, locale } = useSay();
  const { door, publicApi, config } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const api = useMemo(() => apiOver(plainCaller(door, () => pass.token)), [door, pass.token]);
  const bearer = useMemo(() => fixedBearer(pass.token), [pass.token]);
  const session = useQuery(sessionQuery(api, pass.sessionId, 'guest'));
  const view = session.data;
  const restaurantId = view?.restaurant.id;
  const menu = useQuery({ ...menuQuery(publicApi, restaurantId ?? ''), enabled: restaurantId !== undefined });
  useFeed(view && sessionFeed(view.session.id, pass.sessionId, pass.customerId), bearer);
  useFeed(restaurantId === undefined ? undefined : menuFeed(restaurantId), bearer);
  const [tab, setTab] = useAddressWord<View>('view', VIEWS, 'menu');
  const [showPeople, setShowPeople] = useState(false);
  const [showCall, setShowCall] = useState(false);
  const [isInvited, setIsInvited] = useState(false);
  useBackCloses(showPeople, () => setShowPeople(false));
  useBackCloses(showCall, () => setShowCall(false));

  const queue = useQueue(api, `guest.${pass.customerId}`, {
    onDone: (done: Done) => {
      void patchSession(client, pass.sessionId, (known) => viewAfter(known, done));
      if (done.kind === 'place_order') notify.good(t.order.sent);
    },
    onRefused: (write: QueuedWrite, error: unknown) => {
      void patchSession(client, pass.sessionId, (known) => known);
      if (isOver(error)) return;
      if (isRefusal(error, 409) && restaurantId) void client.invalidateQueries({ queryKey: menuKey(restaurantId) });
      const amount = (minor: number): string => (view ? money(minor, view.restaurant, locale) : String(minor));
      notify.bad(explainOrder(error, t, amount));
      if (write.kind === 'place_order') setTab('order', 'replace');
    },
  });
  const writes = useWrites(queue);

  const over = isOver(session.error);
  useEffect(() => {
    if (!over) return;
    queue?.clear();
    shelf().removeItem(`maitred.outbox.guest.${pass.customerId}`);
    client.removeQueries({ queryKey: ['session', pass.sessionId] });
    onOver(true);
  }, [over, queue, client, pass, onOver]);

  useStepNotices(view);
  useSplitNotices(view);

  // The receipt is asked for when the table is free and the session's token opens nothing any more.
  const receiptCode = view?.session.receipt_code ?? null;
  useEffect(() => {
    if (receiptCode !== null) keep(`receipt.${code}`, receiptCode);
  }, [receiptCode, code]);

  // Who has just come in hears where they are.
  const isThere = view !== undefined && menu.data !== undefined;
  useEffect(() => {
    if (isThere && document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
  }, [isThere]);

  const drafts = useMemo(() => (view ? draftsWith(view, writes, menu.data) : undefined), [view, writes, menu.data]);

  const isBilled = view?.session.status === 'billed';
  useBillNotices(
    view,
    tab === 'bill',
    useCallback(() => setTab('bill', 'replace'), [setTab]),
  );

  if (!view || !queue || !drafts) {
    return <Frame title={config.name}>{session.isError && !over ? <Problem error={session.error} onRetry={() => void session.refetch()} /> : <Loading />}</Frame>;
  }

  const add = (line: NewLine): void => {
    addLine(queue, line);
    const name = findItem(menu.data, line.itemId)?.name ?? '';
    const before = picked.get(line.itemId) ?? 0;
    notify.good(before > 0 ? t.menu.addedAgain(before + line.quantity, name) : t.menu.added(name));
  };
  // How many of a dish are on my own list: a second tap is seen, not guessed.
  const picked = new Map<Id | null, number>();
  for (const line of drafts.lines) if (line.is_mine) picked.set(line.menu_item_id, (picked.get(line.menu_item_id) ?? 0) + line.quantity);
  // What was said on one view is of no interest on the next.
  const choose = (next: View): void => {
    if (next !== tab) notify.clear();
    setTab(next);
  };
  const takesOrders = view.restaurant.takes_orders !== false;
  const call = callState(view.session, t, (instant) => clockTime(instant, view.restaurant.timezone, locale));
  const draftCount = drafts.lines.reduce((sum, line) => sum + line.quantity, 0);
  const { table } = view;

  return (
    <PlaceProvider restaurant={view.restaurant}>
      <Frame
        title={view.restaurant.name}
        subtitle={tableName(table, t)}
        waiting={writes.length}
        skipTo={{ id: 'views', label: t.call.skipToViews }}
        actions={
          <>
            <ActionIcon color="gray" c="inherit" aria-label={t.call.bell} aria-pressed={view.session.service_call !== null} onClick={() => setShowCall(true)}>
              <Indicator disabled={view.session.service_call === null} size={10} color="red" aria-hidden>
                <BellIcon />
              </Indicator>
            </ActionIcon>
            <ActionIcon color="gray" c="inherit" aria-label={`${t.table.people}: ${t.app.guests(view.participants.length)}`} onClick={() => setShowPeople(true)}>
              <Indicator label={view.participants.length} size={18} color="brand" aria-hidden>
                <PeopleIcon />
              </Indicator>
            </ActionIcon>
          </>
        }
        footer={
          <nav id="views" tabIndex={-1} aria-label={t.table.views} className={classes.tabs}>
            <Tab current={tab} name="menu" label={t.table.tabMenu} icon={<MenuIcon />} onChoose={choose} />
            <Tab
              current={tab}
              name="order"
              label={t.table.tabOrder}
              count={draftCount}
              {...(draftCount > 0 ? { hiddenLabel: t.table.notSent(draftCount) } : {})}
              icon={<ListIcon />}
              onChoose={choose}
            />
            <Tab current={tab} name="bill" label={t.table.tabBill} icon={<BillIcon />} onChoose={choose} />
          </nav>
        }
      >
        {call && (
          <p className={classes.call} role="status">
            {call}
          </p>
        )}
        {tab === 'menu' && !isInvited && view.participants.length === 1 && view.orders.length === 0 && view.session.otp && (
          <InviteCard code={code} otp={view.session.otp} onMore={() => setShowPeople(true)} onClose={() => setIsInvited(true)} />
        )}
        {tab !== 'bill' && isBilled && (
          <p className={classes.word} role="note">
            {t.bill.noMore}
          </p>
        )}
        {!takesOrders && !isBilled && tab !== 'bill' && (
          <p className={classes.word} role="note">
            {t.table.orderClosed}
          </p>
        )}
        {tab === 'menu' &&
          (menu.data ? (
            <MenuBrowser menu={menu.data} picked={picked} onAdd={isBilled || !takesOrders ? undefined : add} />
          ) : menu.isError ? (
            <Problem error={menu.error} onRetry={() => void menu.refetch()} />
          ) : (
            <Loading />
          ))}
        {tab === 'order' && <OrderView view={view} drafts={drafts} queue={queue} menu={menu.data} onMenu={() => choose('menu')} />}
        {tab === 'bill' && <BillView view={view} api={api} queue={queue} onOrder={() => choose('order')} />}
        <PeopleSheet
          code={code}
          view={view}
          api={api}
          opened={showPeople}
          onClose={() => setShowPeople(false)}
          onCall={() => {
            queue.add('call_waiter', { p_reason: 'help' });
            setShowPeople(false);
            setShowCall(true);
          }}
          onLeft={() => onOver(false)}
        />
        <CallSheet session={view.session} queue={queue} opened={showCall} onClose={() => setShowCall(false)} />
      </Frame>
    </PlaceProvider>
  );
}

interface TabProps {
  current: View;
  name: View;
  label: string;
  hiddenLabel?: string;
  count?: number;
  icon: ReactNode;
  onChoose: (view: View) => void;
}

function Tab({ current, name, label, hiddenLabel, count = 0, icon, onChoose }: TabProps) {
  return (
    <UnstyledButton
      className={classes.tab}
      {...(current === name ? { 'aria-current': 'page' as const } : {})}
      onClick={() => {
        onChoose(name);
        window.scrollTo({ top: 0 });
      }}
    >
      <Indicator disabled={count === 0} label={count} size={18} color="brand" aria-hidden>
        {icon}
      </Indicator>
      <span>{label}</span>
      {hiddenLabel && <VisuallyHidden>, {hiddenLabel}</VisuallyHidden>}
    </UnstyledButton>
  );
}
