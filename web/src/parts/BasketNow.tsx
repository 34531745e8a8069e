/* The basket in the header: how many parts, and for how long they are held. Nothing while there is none. In a chunk of its own: BasketLink.tsx. */
import { useBasket } from '@/hooks/useBasket';
import { useClock } from '@/hooks/useClock';
import { stopwatch } from '@/lib/format';
import { useTexts } from '@/texts';
import classes from './BasketNow.module.css';
import { BasketIcon } from './bookIcons';

export function BasketNow() {
  const t = useTexts();
  const { basket } = useBasket();
  const isOpen = basket !== null && basket.parts.length > 0 && (basket.status === 'open' || basket.status === 'submitted');
  const left = useClock((now) => (isOpen && basket.expires_at ? Math.ceil((Date.parse(basket.expires_at) - now) / 1000) : 0));
  if (!isOpen) return null;
  return (
    <a href="/book" className={classes.link}>
      <span className="only-heard">{t.house.basket(basket.parts.length)}</span>
      <BasketIcon />
      <span aria-hidden="true">{basket.parts.length}</span>
      {left > 0 && <span aria-hidden="true">· {stopwatch(left)}</span>}
    </a>
  );
}
