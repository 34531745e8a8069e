/* What this device keeps of what is coming: above the ways in. */
import { Title } from '@mantine/core';
import { useState } from 'react';
import { inOrder, keptBookings } from '@/data/my';
import { clock } from '@/lib/clock';
import { useTexts } from '@/texts';
import { BookingCard } from './BookingCard';
import classes from './MyPage.module.css';

export function OnDevice() {
  const t = useTexts();
  const [kept] = useState(() => inOrder(keptBookings(), clock.now()).ahead);
  if (kept.length === 0) return null;
  return (
    <section aria-labelledby="kept">
      <Title order={2} size="h3" id="kept" mb="sm">
        {t.wayIn.onDevice}
      </Title>
      <ul className={classes.list}>
        {kept.map((booking) => (
          <li key={booking.booking_id}>
            <BookingCard booking={booking} />
          </li>
        ))}
      </ul>
    </section>
  );
}
