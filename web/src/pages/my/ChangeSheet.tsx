/* Another day, another time, more people: the new price comes first, and nothing happens before it is accepted. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useId, useState, type FormEvent } from 'react';
import { alternativesIn, changesOf, FIELDS, formOf, named, type Form, type Mine, type Quote, type Way } from '@/data/my';
import { isRefusal } from '@/data/refusal';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { Field } from '@/parts/Field';
import { useNotify } from '@/parts/Notices';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';
import classes from './MyPage.module.css';

const SLOTS = ['morning', 'afternoon', 'full_day'] as const;
const INPUTS = { date: { type: 'date' }, time: { type: 'time' }, people: { inputMode: 'numeric', maxLength: 3 }, words: { maxLength: 1000 } } as const;

/* A day that stands for itself, on no clock. */
const dayOf = (day: string, locale: string): string => new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(day));

export function ChangeSheet({ booking, way, onDone }: { booking: Mine; way: Way; onDone: () => void }) {
  const { t, locale } = useSay();
  const notify = useNotify();
  const { busy, run } = useAct();
  const [form, setForm] = useState<Form>(() => formOf(booking));
  const [told, setTold] = useState<Quote | null>(null);
  const [was, setWas] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [others, setOthers] = useState<Form[]>([]);
  const amount = (value: number): string => amountIn(value, booking.currency, locale);
  const write = (next: Form): void => {
    setForm(next);
    setTold(null);
    setProblem(null);
    setOthers([]);
  };

  const refused = (error: unknown): boolean => {
    setTold(null);
    if (!isRefusal(error)) return false;
    setOthers(alternativesIn(error, booking.kind));
    if (error.reason === 'paid') setProblem(t.my.lessThanPaid);
    else if (error.reason === 'deposit') setProblem(t.my.ownTicket);
    else if (error.status === 409) setProblem(t.my.notFree);
    else {
      const { title, hint } = explain(error, t);
      setProblem(hint ? `${title} ${hint}` : title);
    }
    return true;
  };
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const changes = changesOf(booking, form);
    if (changes === undefined || Object.keys(changes).length === 0) {
      setProblem(changes === undefined ? t.my.notReadable : t.my.nothingChanges);
      return;
    }
    setProblem(null);
    setWas(null);
    void run(async () => setTold(await way.api.call('change_my_booking', { ...named(way), p_changes: changes })), refused);
  };
  const accept = (price: number): void => {
    void run(
      async () => {
        await way.api.call('change_my_booking', { ...named(way), p_changes: changesOf(booking, form) ?? {}, p_accept: true, p_price: price });
        notify.good(t.my.changed);
        onDone();
      },
      (error) => {
        const now = isRefusal(error, 409) && error.reason === 'price_changed' ? error.number('now') : undefined;
        if (now === undefined || !told) return refused(error);
        // Both prices, and the question again.
        setWas(price);
        setTold({ ...told, price_now: now, difference: Math.round((now - told.price_before) * 10_000) / 10_000 });
        return true;
      },
    );
  };

  return (
    <form onSubmit={ask} noValidate>
      <Stack gap="md">
        {Object.entries(FIELDS[booking.kind]).map(([name, kind]) =>
          kind === 'slot' ? (
            <Slot key={name} value={form[name] ?? ''} onChange={(slot) => write({ ...form, [name]: slot })} />
          ) : (
            <Field
              key={name}
              label={t.my.fieldNames[name] ?? name}
              {...INPUTS[kind]}
              value={form[name] ?? ''}
              autoComplete="off"
              onChange={(event) => write({ ...form, [name]: event.currentTarget.value })}
            />
          ),
        )}
        {problem !== null && (
          <Text c="var(--mantine-color-error)" role="alert">
            {problem}
          </Text>
        )}
        {others.length > 0 && (
          <div>
            <Text fw={600} mb="xs">
              {t.my.instead}
            </Text>
            <Group gap="xs">
              {others.map((other) => {
                const words = Object.keys(FIELDS[booking.kind]).flatMap((name) => {
                  const value = other[name];
                  if (value === undefined || (value === form[name] && name !== 'time')) return [];
                  return [name === 'slot' ? (t.my.slotNames[value] ?? value) : FIELDS[booking.kind][name] === 'date' ? dayOf(value, locale) : value];
                });
                return (
                  <Button key={Object.values(other).join(' ')} variant="default" onClick={() => write({ ...form, ...other })}>
                    {words.join(' · ')}
                  </Button>
                );
              })}
            </Group>
          </div>
        )}
        {told ? (
          <Stack gap="sm" role="status">
            {was !== null && (
              <Text fw={600} c="var(--mantine-color-error)">
                {t.my.priceChanged(amount(was), amount(told.price_now))}
              </Text>
            )}
            <dl className={classes.facts}>
              <div>
                <dt>{t.my.priceBefore}</dt>
                <dd>{amount(told.price_before)}</dd>
              </div>
              <div>
                <dt>{t.my.priceNow}</dt>
                <dd>{amount(told.price_now)}</dd>
              </div>
              {told.refund > 0 && (
                <div>
                  <dt>{t.my.goesBack}</dt>
                  <dd>{amount(told.refund)}</dd>
                </div>
              )}
            </dl>
            <Button size="lg" loading={busy} fullWidth onClick={() => accept(told.price_now)}>
              {told.difference === 0 ? t.my.acceptSame : t.my.accept(amount(told.price_now))}
            </Button>
          </Stack>
        ) : (
          <Button type="submit" size="lg" loading={busy} fullWidth>
            {t.my.seePrice}
          </Button>
        )}
      </Stack>
    </form>
  );
}

function Slot({ value, onChange }: { value: string; onChange: (slot: string) => void }) {
  const { t } = useSay();
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>
        <Text component="span" fw={600}>
          {t.my.fieldNames['slot']}
        </Text>
      </label>
      <select id={id} className={classes.select} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {SLOTS.map((slot) => (
          <option key={slot} value={slot}>
            {t.my.slotNames[slot]}
          </option>
        ))}
      </select>
    </div>
  );
}
