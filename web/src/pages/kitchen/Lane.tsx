/* One lane of the board: its cards fill the lane's columns from the shortest, oldest first, and it scrolls on its own. What lies below
 * the edge is counted at the edge. */
import { Button, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { OpenStatus } from '@/data/kitchen';
import { useTexts } from '@/texts';
import classes from './Lane.module.css';

/* A card's height in the grid's fine rows (Lane.module.css): the browser then puts each card where the lane is shortest, and nothing
 * but the card that changed has to be looked at. */
const ROW_PX = 4;
const GAP_PX = 10;
const heights =
  typeof ResizeObserver === 'undefined'
    ? null
    : new ResizeObserver((entries) => {
        for (const { target } of entries) {
          if (!(target instanceof HTMLElement) || !target.parentElement) continue;
          target.parentElement.style.gridRowEnd = `span ${Math.ceil((target.offsetHeight + GAP_PX) / ROW_PX)}`;
        }
      });

export function Cell({ children }: { children: ReactNode }) {
  const inner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = inner.current;
    if (!element || !heights) return;
    heights.observe(element);
    return () => heights.unobserve(element);
  }, []);
  return (
    <div className={classes.cell}>
      <div ref={inner}>{children}</div>
    </div>
  );
}

interface Props {
  status: OpenStatus;
  count: number;
  columns: number;
  children: ReactNode;
}

export function Lane({ status, count, columns, children }: Props) {
  const t = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(0);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = (): void => {
      const edge = element.getBoundingClientRect().bottom - 24;
      let hidden = 0;
      // The newest are last: only those below the edge are looked at.
      const cards = element.querySelectorAll(':scope article');
      for (let i = cards.length - 1; i >= 0 && (cards[i]?.getBoundingClientRect().top ?? 0) > edge; i--) hidden++;
      setBelow(hidden);
    };
    const soon = (): void => void requestAnimationFrame(look);
    soon();
    element.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('resize', soon);
    return () => {
      element.removeEventListener('scroll', soon);
      window.removeEventListener('resize', soon);
    };
  }, [count, columns]);

  return (
    <section className={classes.lane} data-column={status} aria-labelledby={`column-${status}`}>
      <Title order={2} size="h3" id={`column-${status}`} className={classes.title}>
        {t.kitchen.columns[status]} <span className={classes.count}>{count}</span>
      </Title>
      {/* Scrolled by the keyboard, too. */}
      <div ref={scroller} className={classes.scroller} tabIndex={0} role="group" aria-labelledby={`column-${status}`}>
        {count === 0 && <Text c="dimmed">{t.kitchen.columnEmpty[status]}</Text>}
        <div className={classes.cards} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
          {children}
        </div>
      </div>
      {below > 0 && (
        <Button className={classes.below} radius="xl" onClick={() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' })}>
          {t.kitchen.below(below)}
        </Button>
      )}
    </section>
  );
}
