/* A part of the basket: what, when, for how many; at its side what it costs, or its number. */
import type { ReactNode } from 'react';
import type { BasketPart } from '@/data/bookingShapes';
import { titleOf, whenOf } from '@/parts/book/saying';
import { KIND_ICONS } from '@/parts/bookIcons';
import { useSay } from '@/texts';
import classes from './HeldBasket.module.css';

export function PartCard({ part, aside, children }: { part: BasketPart; aside: ReactNode; children?: ReactNode }) {
  const say = useSay();
  const { t } = say;
  const Icon = KIND_ICONS[part.kind];
  return (
    <article className={classes.part} aria-label={titleOf(part, t)}>
      <div className={classes.row}>
        <Icon size={26} />
        <div className={classes.what}>
          <h3>{titleOf(part, t)}</h3>
          <p>{whenOf(part, say)}</p>
          <p>{[t.held.basket.people(part.people), part.place].filter((word) => word).join(' · ')}</p>
        </div>
        {aside}
      </div>
      {children}
    </article>
  );
}
