/* Other days, people or wishes of a stay: the price is shown before it is changed, and who was first is told when two are at it. */
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { refreshDesk, stayKey, type Stay, type StayChange } from '@/data/desk';
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
  const [seen, setSeen] = useState(stay);
  const [from, setFrom] = useState(stay.check_in);
  const [to, setTo] = useState(stay.check_out);
  const [guests, setGuests] = useState(stay.guests);
  const [wishes, setWishes] = useState(stay.special_requests ?? '');
  const moves = from !== seen.check_in || to !== seen.check_out || guests !== seen.guests;
  const isWhole = isDay(from) && isDay(to) && to > from;
  const quote = useQuery({ ...quoteQuery(staffApi, { stayId: stay.id, from, to, guests, chaletId: stay.chalet_id }), enabled: moves && isWhole });
  const change = useStayChange(stay.id);

  const wanted: StayChange = {
    ...(from === seen.check_in ? {} : { p_check_in: from }),
    ...(to === seen.check_out ? {} : { p_check_out: to }),
    ...(guests === seen.guests ? {} : { p_guests: guests }),
    ...(wishes === (seen.special_requests ?? '') ? {} : { p_special_requests: wishes }),
    ...(moves && quote.data ? { p_total_price: quote.data.price } : {}),
  };
  const apply = async (updatedAt: string): Promise<void> => {
    if (!(await change.apply(updatedAt, wanted))) return;
    notify.good(t.desk.changed);
    await refreshDesk(client);
    onClose();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void apply(seen.updated_at);
  };
  const canApply = isWhole && (moves ? quote.data?.available === true : wishes !== (seen.special_requests ?? ''));

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
        {change.first && (
          <WhoWasFirst
            first={change.first}
            yours={{ check_in: from, check_out: to, guests, chalet: stay.chalet, special_requests: wishes === '' ? null : wishes }}
            busy={change.busy}
            onTheirs={() => {
              change.forget();
              void client.invalidateQueries({ queryKey: stayKey(stay.id) }).then(onClose);
            }}
            onYours={() => {
              const { first } = change;
              if (!first) return;
              setSeen({ ...seen, ...first.now, updated_at: first.updatedAt } as Stay);
              void apply(first.updatedAt);
            }}
          />
        )}
        {!change.first && (
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
