/* What has been chosen, what it costs and why, and the button that holds it. */
import { Button, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { goneIn, priceChangeIn } from '@/data/basket';
import { quoteQuery } from '@/data/booking';
import { bookPath } from '@/data/front';
import type { FrontPage, Gone, Part, PriceChange } from '@/data/bookingShapes';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useBasket } from '@/hooks/useBasket';
import { visit } from '@/lib/address';
import { price } from '@/lib/days';
import { uuid } from '@/lib/ids';
import { useNotify } from '@/parts/Notices';
import { useSay } from '@/texts';
import classes from './AddPart.module.css';
import { Coming, NothingChosen, Summary } from './Choice';
import { PriceLines, TermsText } from './PriceLines';
import { goneText, partText, titleOf, whenOf } from './saying';

export interface Props {
  part: Part | null;
  front: FrontPage;
  today: string;
  /* Words of the guest about this part, where the house asks for some. */
  wishes?: boolean;
}

/* The address that chooses a part. */
export function pathOf(part: Part): string {
  switch (part.kind) {
    case 'stay':
      return bookPath('stay', {
        chalet: part.chalet_id,
        from: part.check_in,
        to: part.check_out,
        guests: part.guests,
        ...Object.fromEntries((part.addons ?? []).map((addon) => [`a.${addon.addon_id}`, addon.quantity])),
      });
    case 'table':
      return bookPath('table', { restaurant: part.restaurant_id, date: part.date, time: part.time, party: part.party_size, wish: (part.features ?? []).join(',') });
    case 'pool':
      return bookPath('pool', { date: part.date, slot: part.slot, adults: part.adults, children: part.children });
    case 'game':
      return bookPath('game', {
        venue: part.venue_id,
        game: part.game_id,
        date: part.date,
        time: part.time,
        party: part.party_size,
        promo: part.promo_code,
        ...Object.fromEntries((part.ticket_types ?? []).map((type) => [`t.${type.id}`, type.quantity])),
      });
  }
}

export function Alternatives({ gone, front, part, today, onTake }: { gone: Gone; front: FrontPage | undefined; part: Part | null; today: string; onTake: (part: Part) => void }) {
  const say = useSay();
  const { t } = say;
  return (
    <>
      <p>{goneText(gone, t, part, today)}</p>
      {gone.alternatives.length > 0 && <p>{t.held.gone.alternatives}</p>}
      {gone.alternatives.length === 0 && gone.code === 'MD409' && <p>{t.held.gone.none}</p>}
      <div className={classes.alternatives}>
        {gone.alternatives.map((other) => (
          <Button key={JSON.stringify(other)} variant="default" onClick={() => onTake(other)}>
            {partText(other, front, say)}
          </Button>
        ))}
      </div>
    </>
  );
}

export function AddPart({ part, front, today, wishes = false }: Props) {
  const say = useSay();
  const { t, locale } = say;
  const { publicApi } = useServices();
  const { store } = useBasket();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const [words, setWords] = useState('');
  const [answer, setAnswer] = useState<{ about: string; gone: Gone | null; change: PriceChange | null } | null>(null);
  // A part keeps its key as long as it is the same, so that a tap after a lost answer finds what the first one did.
  const keys = useRef(new Map<string, string>());
  const about = JSON.stringify(part);
  const asked = useQuery(quoteQuery(publicApi, part));
  const quote = part === null ? null : asked.data;
  const told = answer?.about === about ? answer : null;

  if (part === null) return <NothingChosen />;

  const add = (shown: number, accept: boolean): void => {
    const key = keys.current.get(about) ?? uuid();
    keys.current.set(about, key);
    const wanted: Part = { ...part, key, price: shown, ...(words.trim() === '' ? {} : { wishes: words.trim() }) };
    void act
      .run(
        () => store.change([wanted], [], accept),
        (error) => {
          const gone = goneIn(error);
          const own = gone.find((one) => one.key === key);
          const change = priceChangeIn(error)?.find((one) => one.key === key) ?? null;
          void client.invalidateQueries({ predicate: ({ queryKey }) => ['stays', 'tables', 'pool', 'games', 'quote'].includes(String(queryKey[0])) });
          if (own || change) {
            setAnswer({ about, gone: own ?? null, change });
            return true;
          }
          if (gone.length > 0 || priceChangeIn(error)) visit('/book'); // what is gone was in the basket before: it is settled there
          return gone.length > 0;
        },
      )
      .then((done) => {
        if (!done) return;
        keys.current.delete(about);
        notify.good(t.held.summary.held);
        visit('/book');
      });
  };

  const gone = told?.gone ?? (quote && !quote.available ? quote : null);
  return (
    <>
      <Summary>
        {gone ? (
          <div role="alert" className={classes.told}>
            <Title order={3} size="h4">
              {gone.code === 'MD409' ? t.held.gone.title : t.book.summary.title}
            </Title>
            <Alternatives gone={gone} front={front} part={part} today={today} onTake={(other) => visit(pathOf(other), 'replace')} />
          </div>
        ) : quote?.available ? (
          <>
            <Title order={3} size="h4">
              {titleOf({ ...quote, request: part }, t)}
            </Title>
            <p className={classes.when}>{[whenOf({ ...quote, request: part }, say), quote.place].filter((word) => word).join(' · ')}</p>
            <PriceLines quote={quote} />
            <TermsText quote={quote} />
            {wishes && (
              <label className={classes.wishes}>
                <span>{t.held.summary.wishes}</span>
                <textarea rows={2} maxLength={1000} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
              </label>
            )}
            {told?.change && (
              <div role="alert" className={classes.told}>
                <b>{t.held.change.title}</b>
                <p>{t.held.change.text(titleOf({ ...quote, request: part }, t), price(told.change.was, quote.currency, locale), price(told.change.now, quote.currency, locale))}</p>
              </div>
            )}
          </>
        ) : (
          <Coming />
        )}
      </Summary>
      {!gone && quote?.available && (
        <div className={classes.bar}>
          {told?.change ? (
            <Button fullWidth loading={act.busy} onClick={() => add(told.change?.now ?? quote.price, true)}>
              {t.held.change.take(price(told.change.now, quote.currency, locale))}
            </Button>
          ) : (
            <Button fullWidth loading={act.busy} onClick={() => add(quote.price, false)}>
              {quote.price === 0 ? t.held.summary.add : t.held.summary.addFor(price(quote.price, quote.currency, locale))}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
