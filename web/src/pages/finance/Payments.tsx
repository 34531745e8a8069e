/* Every payment, newest first; ten thousand lines scroll as ten do. Giving money back is asked twice. */
import { ActionIcon, Badge, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Rights } from '@/data/desk';
import { booksFeed, LIVE_PAGES, paymentsQuery, refreshFinance, type Method, type PaymentFilter, type PaymentRow } from '@/data/finance';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useFeed } from '@/hooks/useFeed';
import { amountIn } from '@/lib/amounts';
import { plainAmount, readAmount } from '@/lib/decimals';
import { dayTime } from '@/lib/format';
import { wishKeys } from '@/lib/ids';
import { DayField } from '@/parts/DayField';
import { Dialog } from '@/parts/Dialog';
import { Loading } from '@/parts/Loading';
import { useNotify } from '@/parts/Notices';
import { Problem } from '@/parts/Problem';
import { UndoIcon } from '@/parts/icons';
import { useSay } from '@/texts';
import type { BookProps } from './books';
import classes from './Finance.module.css';
import { More } from './More';
import { TONES } from './tones';

const METHODS: readonly Method[] = ['cash', 'card', 'bank', 'online', 'voucher', 'credit'];

export function Payments({ rights, organization, timezone }: BookProps) {
  const { t } = useSay();
  const { staffApi, staff } = useServices();
  const [typed, setTyped] = useState<PaymentFilter>({ from: null, to: null, method: null, search: '' });
  const [filter] = useDebouncedValue(typed, 250);
  const query = paymentsQuery(staffApi, filter);
  const payments = useInfiniteQuery(query);
  useFeed((payments.data?.pages.length ?? 0) <= LIVE_PAGES ? booksFeed(query.queryKey, organization, ['payments']) : undefined, staff.bearer);
  const [returning, setReturning] = useState<PaymentRow | null>(null);
  const set = (with_: Partial<PaymentFilter>): void => setTyped((before) => ({ ...before, ...with_ }));
  const rows = payments.data?.pages.flat() ?? [];
  return (
    <section aria-label={t.finance.views.payments}>
      <div className={classes.filters}>
        <TextInput type="search" label={t.finance.search} dir="auto" maxLength={100} value={typed.search} onChange={(event) => set({ search: event.currentTarget.value })} />
        <DayField label={t.finance.from} value={typed.from} onDay={(from) => set({ from })} />
        <DayField label={t.finance.to} value={typed.to} onDay={(to) => set({ to })} />
        <Select
          size="md"
          label={t.finance.method}
          placeholder={t.finance.allMethods}
          clearable
          data={METHODS.map((value) => ({ value, label: t.finance.methodNames[value] ?? value }))}
          value={typed.method}
          onChange={(value) => set({ method: METHODS.find((known) => known === value) ?? null })}
        />
      </div>
      {payments.isPending && <Loading />}
      {payments.isError && rows.length === 0 && <Problem error={payments.error} onRetry={() => void payments.refetch()} />}
      {payments.isSuccess && rows.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t.finance.empty}
        </Text>
      )}
      <List rows={rows} rights={rights} timezone={timezone} onReturn={setReturning} />
      <More of={payments} />
      {returning && <RefundDialog payment={returning} onClose={() => setReturning(null)} />}
    </section>
  );
}

interface ListProps {
  rows: readonly PaymentRow[];
  rights: Rights;
  timezone: string;
  onReturn: (payment: PaymentRow) => void;
}

function List({ rows, rights, timezone, onReturn }: ListProps) {
  const { t, locale } = useSay();
  const top = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(0);
  useEffect(() => setAbove(top.current?.offsetTop ?? 0), []);
  const list = useWindowVirtualizer({ count: rows.length, estimateSize: () => 68, overscan: 8, scrollMargin: above, getItemKey: (index) => rows[index]?.id ?? index });
  return (
    <ul ref={top} className={classes.list} style={{ height: list.getTotalSize() }}>
      {list.getVirtualItems().map((item) => {
        const row = rows[item.index];
        if (!row) return null;
        const amount = amountIn(row.amount, row.currency, locale);
        return (
          <li key={item.key} ref={list.measureElement} data-index={item.index} className={classes.line} style={{ transform: `translateY(${item.start - above}px)` }}>
            <span className={classes.who}>
              <strong dir="auto">{row.customer_name ?? (t.folio.kindNames[row.booking_type] || row.booking_type)}</strong>
              <span className={classes.dim}>
                {[
                  dayTime(row.at, timezone, locale),
                  t.folio.kindNames[row.booking_type] ?? row.booking_type,
                  row.booking_reference,
                  row.taken_by === null ? null : t.finance.takenBy(row.taken_by),
                  row.register,
                ]
                  .filter((one) => one !== null)
                  .join(' · ')}
              </span>
            </span>
            <span className={classes.how}>
              {t.finance.methodNames[row.method]}
              {row.reference !== null && <span className={classes.dim}>{row.reference}</span>}
            </span>
            <span className={classes.marks}>
              <Badge variant="light" color={TONES[row.status] ?? 'gray'}>
                {t.finance.statusNames[row.status]}
              </Badge>
              {row.dispute !== null && (
                <Badge color="red">
                  ⚠ {t.finance.disputed}: {t.finance.statusNames[row.dispute]}
                </Badge>
              )}
            </span>
            <span className={classes.amount}>
              <strong>{amount}</strong>
              {row.tip_amount > 0 && <span className={classes.dim}>{t.finance.tip(amountIn(row.tip_amount, row.currency, locale))}</span>}
              {row.refunded_amount > 0 && <span className={classes.dim}>{t.finance.back(amountIn(row.refunded_amount, row.currency, locale))}</span>}
            </span>
            {rights('payments', 'update') && row.refundable > 0 ? (
              <ActionIcon variant="default" aria-label={t.finance.refundNamed(amount, row.customer_name ?? '–')} title={t.finance.refund} onClick={() => onReturn(row)}>
                <UndoIcon size={18} />
              </ActionIcon>
            ) : (
              <span />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function RefundDialog({ payment, onClose }: { payment: PaymentRow; onClose: () => void }) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const { currency, refundable } = payment;
  const amount = (value: number): string => amountIn(value, currency, locale);
  const [text, setText] = useState(plainAmount(refundable, currency));
  const [reason, setReason] = useState('');
  const [asCredit, setAsCredit] = useState(payment.method === 'credit');
  const [keyOf] = useState(wishKeys);
  // What was looked at a second time; another amount, reason or way is looked at anew.
  const [sure, setSure] = useState<string | null>(null);
  const given = readAmount(text, currency);
  const isTooMuch = given !== undefined && given > refundable;
  const canGive = given !== undefined && given > 0 && !isTooMuch && reason.trim() !== '';
  const wish = { p_payment_id: payment.id, p_amount: given ?? 0, p_reason: reason.trim(), p_as_credit: asCredit };
  const isSure = sure === JSON.stringify(wish);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!canGive) return;
    if (!isSure) {
      setSure(JSON.stringify(wish));
      return;
    }
    void act
      .run(() => staffApi.call('refund_payment', { ...wish, p_idempotency_key: keyOf(wish) }))
      .then(async (isDone) => {
        await refreshFinance(client);
        if (!isDone) {
          setSure(null);
          return;
        }
        notify.good(t.finance.refunded(amount(given)));
        onClose();
      });
  };
  return (
    <Dialog onClose={onClose} title={t.finance.refundTitle}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text>{t.finance.refundOf(amount(refundable))}</Text>
          <TextInput
            label={t.finance.amount}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            error={given === undefined ? t.folio.amountBad : isTooMuch ? t.finance.refundTooMuch(amount(refundable)) : null}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput label={t.finance.reason} required dir="auto" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Checkbox label={t.finance.asCredit} checked={asCredit} onChange={(event) => setAsCredit(event.currentTarget.checked)} />
          {isSure && given !== undefined && (
            <Text role="alert" fw={650}>
              {t.finance.refundSure(amount(given), t.finance.methodNames[asCredit ? 'credit' : payment.method] ?? payment.method)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
            <Button type="submit" {...(isSure ? { color: 'red' } : {})} disabled={!canGive} loading={act.busy}>
              {isSure ? t.finance.refundYes : t.finance.refundAsk(given === undefined ? '–' : amount(given))}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
