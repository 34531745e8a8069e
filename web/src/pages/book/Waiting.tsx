/* The waiting list of today, where all tables are taken. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { FrontRestaurant } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { wishKeys } from '@/lib/ids';
import { Field } from '@/parts/Field';
import { useSay } from '@/texts';
import classes from './steps.module.css';

export function Waiting({ restaurant, party }: { restaurant: FrontRestaurant; party: number }) {
  const { t } = useSay();
  const { publicApi } = useServices();
  const act = useAct();
  const [keyOf] = useState(wishKeys);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [on, setOn] = useState<string | null>(null);
  if (on !== null) return <p role="status">{t.book.table.waiting(on)}</p>;
  return (
    <form
      className={classes.choices}
      onSubmit={(event) => {
        event.preventDefault();
        const wish = { p_restaurant_id: restaurant.id, p_party_size: party, p_guest_name: name.trim(), p_guest_phone: phone.trim() };
        void act.run(() => publicApi.call('join_waitlist', { ...wish, p_idempotency_key: keyOf(wish) })).then((done) => done && setOn(name.trim()));
      }}
    >
      <h3>{t.book.table.waitTitle}</h3>
      <p className={classes.hint}>{t.book.table.waitText}</p>
      <Field label={t.held.basket.name} value={name} required maxLength={100} autoComplete="name" onChange={(event) => setName(event.currentTarget.value)} />
      <Field label={t.held.basket.phone} value={phone} required type="tel" maxLength={40} autoComplete="tel" onChange={(event) => setPhone(event.currentTarget.value)} />
      <Button type="submit" loading={act.busy} disabled={name.trim() === '' || phone.trim() === ''}>
        {t.book.table.wait}
      </Button>
    </form>
  );
}
