/* A guest who has joined: menu, order, bill, all alive. */
import { ActionIcon, Indicator, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { apiOver, fixedBearer, plainClient } from '@/data/api';
import { addLine, draftsWith, viewAfter, type NewLine } from '@/data/lines';
import { findItem, menuFeed, menuKey, menuQuery } from '@/data/menu';
import { stepOf, type Step } from '@/data/orders';
import { isOver, isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { patchSession, sessionFeed, sessionQuery, type Pass } from '@/data/session';
import type { Id, SessionView } from '@/data/shapes';
import type { Done, QueuedWrite } from '@/data/writes';
import { useFeed } from '@/hooks/useFeed';
import { useQueue, useWrites } from '@/hooks/useQueue';
import { money } from '@/lib/format';
import { shelf } from '@/lib/keep';
import { Frame } from '@/parts/Frame';
import { BillIcon, ListIcon, MenuIcon, PeopleIcon } from '@/parts/icons';
import { Loading } from '@/parts/Loading';
import { MenuBrowser } from '@/parts/menu/MenuBrowser';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { PlaceProvider } from '@/parts/say';
import { useSay, useTexts } from '@/texts';
import { explainOrder } from '@/texts/explain';
import { tableName } from '@/texts/tableName';
import { BillView } from './BillView';
import { OrderView } from './OrderView';
import { PeopleSheet } from './PeopleSheet';
import classes from './Seated.module.css';

type View = 'menu' | 'order' | 'bill';

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
  const api = useMemo(() => apiOver(plainClient(door, () => pass.token)), [door, pass.token]);
  const bearer = useMemo(() => fixedBearer(pass.token), [pass.token]);
  const session = useQuery(sessionQuery(api, pass.sessionId, 'guest'));
  const view = session.data;
  const restaurantId = view?.restaurant.id;
  const menu = useQuery({ ...menuQuery(publicApi, restaurantId ?? ''), enabled: restaurantId !== undefined });
  useFeed(view && sessionFeed(view.session.id, pass.sessionId), bearer);
  useFeed(restaurantId === undefined ? undefined : menuFeed(restaurantId), bearer);
  const [tab, setTab] = useState<View>('menu');
  const [showPeople, setShowPeople] = useState(false);

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
      if (write.kind === 'place_order') setTab('order');
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

  const drafts = useMemo(() => (view ? draftsWith(view, writes, menu.data) : undefined), [view, writes, menu.data]);

  // After the bill was asked for, the bill is what there is to see.
  const isBilled = view?.session.status === 'billed';
  useEffect(() => {
    if (isBilled) setTab('bill');
  }, [isBilled]);

  if (!view || !queue || !drafts) {
    return <Frame title={config.name}>{session.isError && !over ? <Problem error={session.error} onRetry={() => void session.refetch()} /> : <Loading />}</Frame>;
  }

  const add = (line: NewLine): void => {
    addLine(queue, line);
    notify.good(t.menu.added(findItem(menu.data, line.itemId)?.name ?? ''));
  };
  const draftCount = drafts.lines.reduce((sum, line) => sum + line.quantity, 0);
  const { table } = view;

  return (
    <PlaceProvider restaurant={view.restaurant}>
      <Frame
        title={view.restaurant.name}
        subtitle={tableName(table, t)}
        waiting={writes.length}
        actions={
          <ActionIcon color="gray" c="inherit" aria-label={`${t.table.people}: ${t.app.guests(view.participants.length)}`} onClick={() => setShowPeople(true)}>
            <Indicator label={view.participants.length} size={18} color="brand" aria-hidden>
              <PeopleIcon />
            </Indicator>
          </ActionIcon>
        }
        footer={
          <nav aria-label={t.table.views} className={classes.tabs}>
            <Tab current={tab} name="menu" label={t.table.tabMenu} icon={<MenuIcon />} onChoose={setTab} />
            <Tab
              current={tab}
              name="order"
              label={t.table.tabOrder}
              count={draftCount}
              {...(draftCount > 0 ? { hiddenLabel: t.table.notSent(draftCount) } : {})}
              icon={<ListIcon />}
              onChoose={setTab}
            />
            <Tab current={tab} name="bill" label={t.table.tabBill} icon={<BillIcon />} onChoose={setTab} />
          </nav>
        }
      >
        {tab === 'menu' &&
          (menu.data ? (
            <MenuBrowser menu={menu.data} onAdd={isBilled ? undefined : add} />
          ) : menu.isError ? (
            <Problem error={menu.error} onRetry={() => void menu.refetch()} />
          ) : (
            <Loading />
          ))}
        {tab === 'order' && <OrderView view={view} drafts={drafts} queue={queue} menu={menu.data} onMenu={() => setTab('menu')} />}
        {tab === 'bill' && <BillView view={view} api={api} queue={queue} onOrder={() => setTab('order')} />}
        <PeopleSheet code={code} view={view} api={api} opened={showPeople} onClose={() => setShowPeople(false)} onLeft={() => onOver(false)} />
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

/* Says how the kitchen is getting on, once a step. What was so when the page opened is no news. */
function useStepNotices(view: SessionView | undefined): void {
  const t = useTexts();
  const notify = useNotify();
  const known = useRef<Map<Id, Step | undefined> | null>(null);
  useEffect(() => {
    if (!view) return;
    const now = new Map(view.orders.map((order) => [order.id, stepOf(order)]));
    for (const order of view.orders) {
      const step = now.get(order.id);
      const before = known.current?.get(order.id);
      if (known.current === null || before === undefined || step === before || step === undefined || step === 'pending') continue;
      notify.good(t.order.newStep[step](order.order_number));
    }
    known.current = now;
  }, [view, notify, t]);
}
