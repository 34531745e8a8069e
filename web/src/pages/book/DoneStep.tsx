/* /book, once it is booked: the number, what is still to be paid, and the ways on. */
import { Button, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Basket, BasketPart, FrontPage } from '@/data/bookingShapes';
import { rememberNumber } from '@/data/my';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useBasket } from '@/hooks/useBasket';
import { price } from '@/lib/days';
import { stopwatch } from '@/lib/format';
import { saveAs } from '@/lib/save';
import { titleOf } from '@/parts/book/saying';
import { useSay } from '@/texts';
import classes from './HeldBasket.module.css';
import { PartCard } from './PartCard';

const LOOK_MS = 3_000;

export function DoneStep({ basket, left, front }: { basket: Basket; left: number; front: FrontPage }) {
  const { t, locale } = useSay();
  const { store } = useBasket();
  const { publicApi } = useServices();
  const act = useAct();
  const d = t.held.done;
  const contact = basket.guest?.email ?? basket.guest?.phone ?? '';
  const isWaiting = basket.status === 'submitted';
  // The pages of these bookings open on this device without asking for more.
  useEffect(() => {
    if (contact === '' || basket.status !== 'confirmed') return;
    for (const reference of [basket.reference, ...basket.parts.map((part) => part.reference)]) if (reference) rememberNumber(reference, contact);
  }, [basket, contact]);
  // Money comes by itself: the page looks until it has.
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => void store.refresh().catch(() => {}), LOOK_MS);
    return () => clearInterval(timer);
  }, [isWaiting, store]);

  const calendar = async (): Promise<void> => {
    const text = await publicApi.call('get_my_calendar', { p_reference: basket.reference, p_contact: contact });
    saveAs(text, 'text/calendar', `${basket.reference}.ics`);
  };

  return (
    <div className={classes.page}>
      <section className={classes.done} aria-labelledby="done">
        <Title order={2} size="h3" id="done">
          {isWaiting ? d.submitted : d.title}
        </Title>
        {isWaiting && <p>{d.submittedText(stopwatch(left))}</p>}
        <p>{d.reference}</p>
        <p className={classes.reference} dir="ltr" data-testid="reference">
          {basket.reference}
        </p>
        <p>{d.keep}</p>
        {contact !== '' && <p>{d.mailTo(contact)}</p>}
        {basket.paid > 0 && <p>{d.paid(price(basket.paid, basket.currency, locale))}</p>}
        {!isWaiting && basket.total > basket.paid && <p>{d.paidDesk(price(basket.total - basket.paid, basket.currency, locale))}</p>}
        <div className={classes.actions}>
          {isWaiting ? (
            (basket.payments ?? []).map((payment) => {
              const part = basket.parts.find((one) => one.booking_id === payment.booking_id);
              return <PayLink key={payment.id} id={payment.id} amount={payment.amount} currency={basket.currency} title={part ? titleOf(part, t) : front.house.name} />;
            })
          ) : (
            <>
              <Button loading={act.busy} onClick={() => void act.run(calendar)}>
                {d.calendar}
              </Button>
              <Button component="a" variant="default" href={`/my/${encodeURIComponent(basket.reference)}`}>
                {d.mine}
              </Button>
            </>
          )}
        </div>
      </section>
      {!isWaiting && basket.parts.some((part) => part.people > 1) && (
        <div>
          <h2 className={classes.heading}>{d.friends}</h2>
          <p className={classes.hint}>{d.friendsText}</p>
        </div>
      )}
      {basket.parts.map((part) => (
        <Booked key={part.id} part={part} contact={contact} isBooked={!isWaiting} />
      ))}
      {!isWaiting && (
        <Button
          variant="default"
          component="a"
          href="/"
          onClick={() => {
            store.drop();
          }}
        >
          {d.again}
        </Button>
      )}
    </div>
  );
}

function PayLink({ id, amount, currency, title }: { id: string; amount: number; currency: string; title: string }) {
  const { t, locale } = useSay();
  const { publicApi } = useServices();
  const payment = useQuery({ queryKey: ['payment', id], queryFn: ({ signal }) => publicApi.read('get_payment', { p_payment_id: id }, signal), refetchInterval: LOOK_MS });
  if (payment.data && payment.data.status !== 'pending') return null;
  const link = payment.data?.link;
  return link ? (
    <Button component="a" href={link}>
      {t.held.done.payFor(price(amount, currency, locale), title)}
    </Button>
  ) : (
    <p role="status">{t.held.done.payPreparing}</p>
  );
}

function Booked({ part, contact, isBooked }: { part: BasketPart; contact: string; isBooked: boolean }) {
  const { t } = useSay();
  const { publicApi } = useServices();
  const reference = part.reference;
  // A game may ask each player for a signature.
  const mine = useQuery({
    queryKey: ['mine', reference],
    queryFn: async () => {
      const { bookings } = await publicApi.call('get_my_booking', { p_reference: reference ?? '', p_contact: contact });
      return bookings[0] ?? null;
    },
    enabled: isBooked && part.kind === 'game' && reference !== null,
  });
  const waivers = waiversOf(mine.data);
  return (
    <PartCard
      part={part}
      aside={
        reference && (
          <b className={classes.amount} dir="ltr">
            {reference}
          </b>
        )
      }
    >
      {isBooked && (
        <div className={classes.actions}>
          {part.people > 1 && reference && (
            <Button component="a" variant="default" href={`/my/${encodeURIComponent(reference)}`}>
              {t.held.done.invite(titleOf(part, t))}
            </Button>
          )}
          {waivers.map((id) => (
            <Button key={id} component="a" variant="default" href={`/waiver/${encodeURIComponent(id)}?booking=${encodeURIComponent(part.booking_id)}`}>
              {t.held.done.waiver(titleOf(part, t))}
            </Button>
          ))}
        </div>
      )}
    </PartCard>
  );
}

/* The forms that the players of a game sign. */
function waiversOf(mine: unknown): string[] {
  if (typeof mine !== 'object' || mine === null || !('details' in mine)) return [];
  const { details } = mine;
  if (typeof details !== 'object' || details === null || !('waivers' in details) || !Array.isArray(details.waivers)) return [];
  return details.waivers.filter((id): id is string => typeof id === 'string');
}
