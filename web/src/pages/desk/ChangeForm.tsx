/* Other days, people or wishes of a stay: the price is shown before it is changed, and who was first is told when two are at it. */
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { changesOf, laidUpon, refreshDesk, type Stay } from '@/data/desk';
import { useServices } from '@/data/services';
import { isDay } from '@/lib/days';
import { useNotify } from '@/parts/Notices';
import { useTexts } from '@/texts';
import classes from './StaySheet.module.css';
import { explain } from '@/texts/explain';
import { quoteQuery, useStayChange } from './useStayChange';
import { PriceThen, WhoWasFirst } from './ChangeParts';

export function ChangeForm({ stay, onClose }: { stay: Stay; onClose: () => void }) {
  const t = useTexts();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  // What stands in the form is what somebody wants; what they saw stays what it was, whatever comes in meanwhile.
  const [seen] = useState(stay);
  const [from, setFrom] = useState(stay.check_in);
  const [to, setTo] = useState(stay.check_out);
  const [guests, setGuests] = useState(stay.guests);
  const [wishes, setWishes] = useState(stay.special_requests ?? '');
  const change = useStayChange(stay.id);
  const { first } = change;
  // Once somebody else was first, their stay is the one that is changed: its version, its price.
  const now = first ? { ...first.now, updated_at: first.updatedAt } : seen;
  const wanted = laidUpon(now, seen, { check_in: from, check_out: to, guests, special_requests: wishes.trim() === '' ? null : wishes });
  const changes = changesOf(now, wanted);
  const moves = changes.p_check_in !== undefined || changes.p_check_out !== undefined || changes.p_guests !== undefined;
  const isWhole = isDay(wanted.check_in) && isDay(wanted.check_out) && wanted.check_out > wanted.check_in;
  const quote = useQuery({
    ...quoteQuery(staffApi, { stayId: stay.id, from: wanted.check_in, to: wanted.check_out, guests: wanted.guests, chaletId: now.chalet_id, seen: now.updated_at }),
    enabled: moves && isWhole,
  });
  const canApply = isWhole && Object.keys(changes).length > 0 && (!moves || quote.data?.available === true);
  const apply = async (): Promise<void> => {
    if (!canApply) return;
    if (!(await change.apply(now.updated_at, { ...changes, ...(moves && quote.data ? { p_total_price: quote.data.price } : {}) }))) return;
    notify.good(t.desk.changed);
    await refreshDesk(client);
    onClose();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void apply();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <div className={classes.pairs}>
          <TextInput label={t.desk.arrival} type="date" value={from} disabled={stay.status === 'checked_in'} onChange={(event) => setFrom(event.currentTarget.value)} />
          <TextInput label={t.desk.departure} type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </div>
        <TextInput
          label={t.desk.guests}
          type="number"
          inputMode="numeric"
          min={1}
          max={50}
          value={guests}
          onChange={(event) => setGuests(Math.max(1, Math.min(50, Number(event.currentTarget.value) || 1)))}
        />
        <TextInput label={t.desk.wishes} maxLength={4000} dir="auto" value={wishes} onChange={(event) => setWishes(event.currentTarget.value)} />
        {moves && isWhole && (
          <div role="status">
            {quote.isError && <Alert color="red">{explain(quote.error, t).title}</Alert>}
            {quote.data && !quote.data.available && <Alert color="red">{t.desk.taken}</Alert>}
            {quote.data?.available === true && <PriceThen quote={quote.data} />}
          </div>
        )}
        {first && (
          <WhoWasFirst
            first={first}
            yours={{ ...wanted, chalet: first.now.chalet }}
            status={seen.status}
            canHaveYours={canApply}
            busy={change.busy}
            onTheirs={() => void refreshDesk(client).then(onClose)}
            onYours={() => void apply()}
          />
        )}
        {!first && (
          <Group>
            <Button type="submit" size="lg" disabled={!canApply} loading={change.busy}>
              {t.desk.changeApply}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t.app.cancel}
            </Button>
          </Group>
        )}
        {change.problem !== null && <Text c="red">{change.problem}</Text>}
      </Stack>
    </form>
  );
}
