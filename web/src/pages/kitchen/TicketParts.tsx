/* What a card in the kitchen is made of: where it goes, how long it has been waiting, its lines, what its guests cannot eat. */
import { VisuallyHidden } from '@mantine/core';
import { memo } from 'react';
import { ageOf, combined, waitedSeconds, type Age, type CombinedItem } from '@/data/kitchen';
import type { Id, Ticket } from '@/data/shapes';
import { useClock, useClockText } from '@/hooks/useClock';
import { list, stopwatch } from '@/lib/format';
import { AlertIcon, CheckIcon, ClockIcon } from '@/parts/icons';
import { useSay, useTexts, type Texts } from '@/texts';
import { hasOwnName } from '@/texts/tableName';
import classes from './TicketCard.module.css';

export function whereTo(ticket: Ticket, t: Texts): string {
  if (ticket.type === 'takeaway') return t.kitchen.takeaway;
  const { table_number, table_name } = ticket;
  if (table_number === null) return table_name ?? ticket.customer_name ?? '';
  return table_name !== null && hasOwnName({ table_number, name: table_name }) ? table_name : t.kitchen.table(table_number);
}

const AGES: readonly Age[] = ['calm', 'due', 'late', 'over'];

/* As pressing as the most pressing of them. */
export function useAge(tickets: readonly Ticket[]): Age {
  return useClock((now) => AGES[Math.max(...tickets.map((ticket) => AGES.indexOf(ageOf(ticket, now))))] ?? 'calm');
}

/* The colour of an age has a sign beside it, for those who do not see the colour. */
export function AgeSign({ age }: { age: Age }) {
  const t = useTexts();
  if (age === 'calm') return null;
  return <span className={classes.age}>{t.kitchen.ages[age]}</span>;
}

export function Timer({ ticket }: { ticket: Ticket }) {
  const t = useTexts();
  const { text, ref } = useClockText((now) => stopwatch(waitedSeconds(ticket, now)));
  return (
    <span className={classes.timer} role="timer" title={t.kitchen.waiting}>
      <ClockIcon size={18} /> <span ref={ref}>{text}</span>
    </span>
  );
}

/* Not to be overlooked: the words that a guest wrote about an allergy. */
export function AllergyBand({ words }: { words: readonly string[] }) {
  const t = useTexts();
  const { locale } = useSay();
  if (words.length === 0) return null;
  return (
    <p className={classes.alert}>
      <AlertIcon size={22} /> {t.kitchen.alert(list([...words], locale))}
    </p>
  );
}

export const alertsOf = (ticket: Ticket): string[] => [...new Set([...(ticket.alerts ?? []), ...ticket.items.flatMap((item) => (item.status === 'cancelled' ? [] : (item.note_alerts ?? [])))])];

interface ItemsProps {
  ticket: Ticket;
  onTick?: ((ids: readonly Id[], isReady: boolean) => void) | undefined;
}

export const Items = memo(function Items({ ticket, onTick }: ItemsProps) {
  return (
    <ul className={classes.items}>
      {combined(ticket.items).map((item) => (
        <Item key={item.id} item={item} onTick={onTick} />
      ))}
    </ul>
  );
});

function Item({ item, onTick }: { item: CombinedItem; onTick?: ((ids: readonly Id[], isReady: boolean) => void) | undefined }) {
  const t = useTexts();
  const { locale } = useSay();
  const isReady = item.status === 'ready';
  const isCancelled = item.status === 'cancelled';
  const allergens = item.allergens.map((name) => t.menu.allergenNames[name] ?? name);
  const words = (
    <span className={classes.words}>
      <span className={classes.name} data-struck={isCancelled || undefined}>
        <span className={classes.quantity}>{item.quantity}</span> {item.name}
      </span>
      {item.modifiers.length > 0 && (
        <span className={classes.modifiers}>{item.modifiers.map((modifier) => (modifier.quantity > 1 ? `${modifier.quantity} × ${modifier.name}` : modifier.name)).join(', ')}</span>
      )}
      {item.note && <span className={classes.note}>{item.note}</span>}
      {allergens.length > 0 && <span className={classes.allergens}>{t.kitchen.allergens(list(allergens, locale))}</span>}
    </span>
  );
  if (isCancelled) {
    return (
      <li className={classes.item} data-cancelled>
        {words}
        <span className={classes.gone}>{t.order.cancelled}</span>
      </li>
    );
  }
  if (!onTick) {
    return (
      <li className={classes.item}>
        {words}
        {isReady && (
          <span className={classes.ticked}>
            <CheckIcon size={22} />
            <VisuallyHidden>{t.kitchen.tick}</VisuallyHidden>
          </span>
        )}
      </li>
    );
  }
  return (
    <li>
      <button type="button" className={classes.item} aria-pressed={isReady} onClick={() => onTick(item.ids, !isReady)}>
        {words}
        <VisuallyHidden>{t.kitchen.tick}</VisuallyHidden>
        <span className={classes.tick}>{isReady && <CheckIcon size={24} />}</span>
      </button>
    </li>
  );
}
