/* What is held and for how long; who comes and how it is paid; then it is booked. */
import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { goneIn, isOverIn, partsAgain, priceChangeIn, totalChangeIn } from '@/data/basket';
import type { Basket, BasketPart, FrontPage, Gone, Guest, Part, Pay, PriceChange } from '@/data/bookingShapes';
import { Away } from '@/data/refusal';
import { useAct } from '@/hooks/useAct';
import { useBasket } from '@/hooks/useBasket';
import { useClock } from '@/hooks/useClock';
import { useRemembered } from '@/hooks/useRemembered';
import { price } from '@/lib/days';
import { dayIn, stopwatch } from '@/lib/format';
import { asBoolean, isRecord } from '@/lib/keep';
import { Alternatives } from '@/parts/book/AddPart';
import { PriceLines, TermsText } from '@/parts/book/PriceLines';
import { formFault, titleOf, type FormFault } from '@/parts/book/saying';
import { Field } from '@/parts/Field';
import { useNotify } from '@/parts/Notices';
import { useSay } from '@/texts';
import classes from './HeldBasket.module.css';
import { Empty, Ways } from './BasketStep';
import { DoneStep } from './DoneStep';
import { PartCard } from './PartCard';

/* Seconds that a basket is held for, by the daemon's clock. */
function useLeft(basket: Basket | null): number {
  return useClock((now) => (basket?.expires_at ? Math.max(0, Math.ceil((Date.parse(basket.expires_at) - now) / 1000)) : 0));
}

export function HeldBasket({ front }: { front: FrontPage }) {
  const { store, basket } = useBasket();
  // It may have been changed in another tab, or its time may be up.
  useEffect(() => {
    void store.refresh().catch(() => {});
  }, [store]);
  const left = useLeft(basket);
  const isUp = basket !== null && (basket.status === 'expired' || (basket.status === 'open' && left === 0));
  if (!basket || basket.parts.length === 0 || basket.status === 'released') return <Empty front={front} />;
  if (basket.status === 'confirmed' || (basket.status === 'submitted' && !isUp)) return <DoneStep basket={basket} left={left} front={front} />;
  return isUp ? <Expired key={basket.id} front={front} basket={basket} /> : <Open key={basket.id} front={front} basket={basket} left={left} />;
}

function HeldPart({ part, children }: { part: BasketPart; children?: ReactNode }) {
  const { t, locale } = useSay();
  return (
    <PartCard part={part} aside={<b className={classes.amount}>{part.price === 0 ? t.held.summary.free : price(part.price, part.currency, locale)}</b>}>
      {children}
    </PartCard>
  );
}

function Changed({ changes, currency, busy, onTake }: { changes: PriceChange[]; currency: string; busy: boolean; onTake: () => void }) {
  const { t, locale } = useSay();
  return (
    <div role="alert" className={classes.alert}>
      <b>{t.held.change.title}</b>
      {changes.map((change) => (
        <p key={change.key ?? change.title}>{t.held.change.text(change.title, price(change.was, currency, locale), price(change.now, currency, locale))}</p>
      ))}
      <Button loading={busy} onClick={onTake}>
        {t.held.change.takeAll}
      </Button>
    </div>
  );
}

/* The time is up: the same again, but for what is gone meanwhile. */
function Expired({ front, basket }: { front: FrontPage; basket: Basket }) {
  const { t } = useSay();
  const { store } = useBasket();
  const act = useAct();
  const notify = useNotify();
  const [wanted, setWanted] = useState<Part[]>(() => partsAgain(basket));
  const [gone, setGone] = useState<Gone[]>([]);
  const [changes, setChanges] = useState<PriceChange[]>([]);
  const today = dayIn(front.house.timezone, Date.parse(basket.now));
  const again = (parts: Part[], accept: boolean): void =>
    void act
      .run(
        () => store.hold(parts, accept),
        (error) => {
          setGone(goneIn(error));
          setChanges(priceChangeIn(error) ?? []);
          return goneIn(error).length > 0 || priceChangeIn(error) !== null;
        },
      )
      .then((done) => done && notify.good(t.held.basket.heldAgain));
  const without = (key: string | undefined): void => {
    const rest = wanted.filter((part) => part.key !== key);
    setGone(gone.filter((one) => one.key !== key));
    if (rest.length === 0) store.drop();
    setWanted(rest);
  };
  return (
    <div className={classes.page}>
      <div role="alert" className={classes.alert}>
        <b>{t.held.basket.expired}</b>
        <p>{t.held.basket.expiredText}</p>
      </div>
      <h2 className={classes.heading}>{t.held.basket.parts}</h2>
      {wanted.map((part) => {
        const before = basket.parts.find((one) => one.key === part.key);
        const lost = gone.find((one) => one.key === part.key);
        if (!before) return null;
        return (
          <HeldPart key={part.key} part={{ ...before, request: part }}>
            {lost && (
              <div role="alert" className={classes.alert}>
                <b>{t.held.gone.title}</b>
                <Alternatives
                  gone={lost}
                  front={front}
                  part={part}
                  today={today}
                  onTake={(other) => {
                    const next = wanted.map((one): Part => (one.key === part.key ? { ...other, ...(part.key ? { key: part.key } : {}) } : one));
                    setWanted(next);
                    setGone(gone.filter((one) => one.key !== part.key));
                    again(next, false);
                  }}
                />
              </div>
            )}
            <Button variant="subtle" size="compact-md" className={classes.remove} onClick={() => without(part.key)}>
              {t.held.basket.remove(titleOf(before, t))}
            </Button>
          </HeldPart>
        );
      })}
      {changes.length > 0 ? (
        <Changed changes={changes} currency={basket.currency} busy={act.busy} onTake={() => again(wanted, true)} />
      ) : (
        <Button loading={act.busy} onClick={() => again(wanted, false)}>
          {t.held.basket.holdAgain}
        </Button>
      )}
    </div>
  );
}

const NOBODY: Guest = { full_name: '', email: '', phone: '' };
const asGuest = (value: unknown): Guest | undefined =>
  isRecord(value) && typeof value['full_name'] === 'string' && typeof value['email'] === 'string' && typeof value['phone'] === 'string'
    ? { full_name: value['full_name'], email: value['email'], phone: value['phone'] }
    : undefined;
const asWay = (value: unknown): 'desk' | 'online' | undefined => (value === 'desk' || value === 'online' ? value : undefined);

function Open({ front, basket, left }: { front: FrontPage; basket: Basket; left: number }) {
  const { t, locale } = useSay();
  const { store } = useBasket();
  const notify = useNotify();
  const removing = useAct();
  const b = t.held.basket;
  const isSoon = left < 120;
  return (
    <div className={classes.page}>
      <p className={classes.time} data-soon={isSoon || undefined} role="timer">
        <span aria-hidden="true">◷</span> {isSoon ? b.heldSoon(stopwatch(left)) : b.held(stopwatch(left))}
      </p>
      <section aria-labelledby="parts" className={classes.parts}>
        <h2 id="parts" className={classes.heading}>
          {b.parts}
        </h2>
        {basket.parts.map((part) => (
          <HeldPart key={part.id} part={part}>
            <div className={classes.foot}>
              <details>
                <summary>{b.details}</summary>
                <PriceLines quote={part} />
                <TermsText quote={part} />
              </details>
              <Button
                variant="subtle"
                size="compact-md"
                className={classes.remove}
                aria-label={b.remove(titleOf(part, t))}
                onClick={() => void removing.run(() => store.remove(part.id)).then((done) => done && notify.good(b.removed(titleOf(part, t))))}
              >
                <span aria-hidden="true">✕</span>
              </Button>
            </div>
          </HeldPart>
        ))}
      </section>
      <div>
        <h2 className={classes.heading}>{t.book.basket.also}</h2>
        <Ways front={front} title={t.book.basket.also} />
      </div>
      <dl className={classes.total}>
        <dt>{b.total}</dt>
        <dd>{basket.total === 0 ? t.held.summary.free : price(basket.total, basket.currency, locale)}</dd>
      </dl>
      <Form basket={basket} />
    </div>
  );
}

function Form({ basket }: { basket: Basket }) {
  const say = useSay();
  const { t, locale } = say;
  const { store } = useBasket();
  const act = useAct();
  const b = t.held.basket;
  // What was typed stays on this device until it is booked.
  const [guest, setGuest] = useRemembered<Guest>('book.guest', asGuest, NOBODY);
  const [wishes, setWishes] = useRemembered<string>('book.wishes', (value) => (typeof value === 'string' ? value : undefined), '');
  const [chosenWay, setWay] = useRemembered<'desk' | 'online' | ''>('book.pay', asWay, '');
  const [hasVoucher, setHasVoucher] = useRemembered<boolean>('book.voucher', asBoolean, false);
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isUnsure, setUnsure] = useState(false);
  const [total, setTotal] = useState<{ was: number; now: number } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const ways: ('desk' | 'online')[] = [...(basket.online ? ['online' as const] : []), ...(basket.pay_at_desk || basket.due_now === 0 ? ['desk' as const] : [])];
  const way = ways.find((one) => one === chosenWay) ?? ways[0];
  const due = total?.now ?? basket.total;
  const errorOf = (field: FormFault['field']): string | undefined => (fault?.field === field ? fault.text : undefined);
  const change = (next: Partial<Guest>): void => {
    setGuest({ ...guest, ...next });
    setFault(null);
  };

  /* What is wrong stands at its field, and that is where the reader is. */
  const wrong = (what: FormFault): void => {
    setFault(what);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const confirm = (): void => {
    const who: Guest = { full_name: guest.full_name.trim(), email: guest.email.trim(), phone: guest.phone.trim(), locale: say.language };
    const missing: FormFault | null = who.full_name === '' ? { field: 'name', text: b.nameMissing } : who.email === '' && who.phone === '' ? { field: 'contact', text: b.contactMissing } : null;
    if (missing) {
      wrong(missing);
      return;
    }
    const pay: Pay[] = [
      ...(hasVoucher && code.trim() !== '' ? [{ method: 'voucher' as const, code: code.trim() }] : []),
      ...(way === 'online' ? [{ method: 'online' as const, return_path: '/book' }] : way === 'desk' ? [{ method: 'desk' as const }] : []),
    ];
    setUnsure(false);
    void act.run(
      async () => {
        await store.confirm(who, basket.total > 0 ? pay : [], due, wishes.trim());
        setWishes('');
      },
      (error) => {
        if (error instanceof Away) {
          setUnsure(true);
          return true;
        }
        const changed = totalChangeIn(error);
        if (changed) {
          setTotal(changed);
          void store.refresh().catch(() => {});
          return true;
        }
        if (isOverIn(error) || goneIn(error).length > 0) {
          void store.refresh().catch(() => {});
          return isOverIn(error);
        }
        const said = formFault(error, say, basket);
        if (said) wrong(said);
        return said !== null;
      },
    );
  };

  return (
    <form
      ref={form}
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      <h2 className={classes.heading}>{b.who}</h2>
      <Field label={b.name} value={guest.full_name} maxLength={255} autoComplete="name" error={errorOf('name')} onChange={(event) => change({ full_name: event.currentTarget.value })} />
      <div className={classes.two}>
        <Field
          label={b.email}
          type="email"
          inputMode="email"
          value={guest.email}
          maxLength={255}
          autoComplete="email"
          error={errorOf('email') ?? errorOf('contact')}
          onChange={(event) => change({ email: event.currentTarget.value })}
        />
        <Field
          label={b.phone}
          type="tel"
          inputMode="tel"
          value={guest.phone}
          maxLength={40}
          autoComplete="tel"
          error={errorOf('phone')}
          onChange={(event) => change({ phone: event.currentTarget.value })}
        />
      </div>
      <p className={classes.hint}>{b.contactHint}</p>
      <Field label={b.wishes} value={wishes} maxLength={1000} onChange={(event) => setWishes(event.currentTarget.value)} />
      {basket.total > 0 && (
        <fieldset className={classes.pay}>
          <legend className={classes.heading}>{b.pay}</legend>
          {ways.map((one) => (
            <label key={one} className={classes.way}>
              <input type="radio" name="pay" checked={way === one} onChange={() => setWay(one)} />
              <span>
                {one === 'desk' ? b.desk : b.online}
                {one === 'online' && <small>{b.onlineText}</small>}
              </span>
            </label>
          ))}
          <label className={classes.way}>
            <input type="checkbox" checked={hasVoucher} onChange={(event) => setHasVoucher(event.currentTarget.checked)} />
            <span>{b.voucher}</span>
          </label>
          {hasVoucher && (
            <Field
              label={b.code}
              value={code}
              maxLength={40}
              autoComplete="off"
              autoCapitalize="characters"
              error={errorOf('voucher')}
              onChange={(event) => {
                setCode(event.currentTarget.value);
                setFault(null);
              }}
            />
          )}
          {basket.due_now > 0 && <p className={classes.hint}>{b.dueNow(price(basket.due_now, basket.currency, locale))}</p>}
          {(errorOf('pay') ?? (hasVoucher ? undefined : errorOf('voucher'))) && (
            <p role="alert" className={classes.wrong}>
              {errorOf('pay') ?? errorOf('voucher')}
            </p>
          )}
        </fieldset>
      )}
      {total && (
        <div role="alert" className={classes.alert}>
          <b>{t.held.change.title}</b>
          <p>{t.held.change.total(price(total.was, basket.currency, locale), price(total.now, basket.currency, locale))}</p>
        </div>
      )}
      {isUnsure && (
        <p role="alert" className={classes.alert}>
          {b.unsure}
        </p>
      )}
      <div className={classes.bar}>
        <Button type="submit" fullWidth size="lg" loading={act.busy}>
          {basket.total === 0 ? b.confirmFree : b.confirm(price(due, basket.currency, locale))}
        </Button>
      </div>
    </form>
  );
}
