/* One lane of the board: its cards fill the lane's columns from the shortest, oldest first, and it scrolls on its own. What lies below
 * the edge is counted at the edge. */
import { Button, Text, Title } from '@mantine/core';
import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { OpenStatus } from '@/data/kitchen';
import { useTexts } from '@/texts';
import classes from './Lane.module.css';

/* A card's height in the grid's fine rows (Lane.module.css): the browser then puts each card where the lane is shortest, and nothing
 * but the card that changed has to be looked at. */
const ROW_PX = 12;
const GAP_PX = 6;
const heights =
  typeof ResizeObserver === 'undefined'
    ? null
    : new ResizeObserver((entries) => {
        for (const { target } of entries) {
          if (!(target instanceof HTMLElement) || !target.parentElement) continue;
          target.parentElement.style.gridRowEnd = `span ${Math.ceil((target.offsetHeight + GAP_PX) / ROW_PX)}`;
        }
      });

/* Tells a lane which of its cells lie below its edge; the browser says so when it changes, nothing is measured for it. */
type Watch = (cell: Element) => () => void;
const WatchContext = createContext<Watch | null>(null);

function useBelow(scroller: RefObject<HTMLDivElement | null>): [watch: Watch, below: number] {
  const [below, setBelow] = useState(0);
  const lane = useRef<{ observer: IntersectionObserver; cells: Set<Element> } | null>(null);
  const watch = useCallback<Watch>(
    (cell) => {
      if (typeof IntersectionObserver === 'undefined') return () => {};
      if (!lane.current) {
        const cells = new Set<Element>();
        const observer = new IntersectionObserver(
          (entries) => {
            for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
              if (!isIntersecting && rootBounds !== null && boundingClientRect.top >= rootBounds.bottom) cells.add(target);
              else cells.delete(target);
            }
            setBelow(cells.size);
          },
          { root: scroller.current },
        );
        lane.current = { observer, cells };
      }
      const { observer, cells } = lane.current;
      observer.observe(cell);
      return () => {
        observer.unobserve(cell);
        if (cells.delete(cell)) setBelow(cells.size);
      };
    },
    [scroller],
  );
  return [watch, below];
}

export function Cell({ children }: { children: ReactNode }) {
  const outer = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const watch = useContext(WatchContext);
  useEffect(() => {
    const element = inner.current;
    if (!element || !heights) return;
    heights.observe(element);
    return () => heights.unobserve(element);
  }, []);
  useEffect(() => (outer.current && watch ? watch(outer.current) : undefined), [watch]);
  return (
    <div ref={outer} className={classes.cell}>
      <div ref={inner} className={classes.inner}>
        {children}
      </div>
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
  const [watch, below] = useBelow(scroller);

  return (
    <section className={classes.lane} data-column={status} aria-labelledby={`column-${status}`}>
      <Title order={2} size="h3" id={`column-${status}`} className={classes.title}>
        {t.kitchen.columns[status]} <span className={classes.count}>{count}</span>
      </Title>
      {/* Scrolled by the keyboard, too. */}
      <div ref={scroller} className={classes.scroller} tabIndex={0} role="group" aria-labelledby={`column-${status}`}>
        {count === 0 && <Text c="dimmed">{t.kitchen.columnEmpty[status]}</Text>}
        <div className={classes.cards} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
          <WatchContext value={watch}>{children}</WatchContext>
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
