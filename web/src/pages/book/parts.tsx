/* What the steps of booking share. */
import { Anchor } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { visit } from '@/lib/address';
import { Stepper } from '@/parts/Stepper';
import { useTexts } from '@/texts';
import classes from './steps.module.css';

/* A link to another address of booking: without asking the daemon for the page again, unless it is opened elsewhere. */
export function follow(href: string): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href,
    onClick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      visit(href);
    },
  };
}

export function StepFrame({ children, side }: { children: ReactNode; side: ReactNode }) {
  return (
    <div className={classes.step}>
      <div className={classes.choices}>{children}</div>
      <div className={classes.side}>{side}</div>
    </div>
  );
}

export function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="group" className={classes.block} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function People({ rows }: { rows: { label: string; hint?: string | undefined; value: number; min: number; max: number; onChange: (value: number) => void }[] }) {
  const t = useTexts();
  return (
    <div className={classes.people}>
      {rows.map(({ label, hint, value, min, max, onChange }) => (
        <div key={label}>
          <span>
            {label}
            {hint && <small>{hint}</small>}
          </span>
          <Stepper value={value} min={min} max={max} lessLabel={t.menu.lessNamed(label)} moreLabel={t.menu.moreNamed(label)} onChange={onChange} />
        </div>
      ))}
    </div>
  );
}

export function Option({ pressed, disabled = false, note, children, onClick }: { pressed: boolean; disabled?: boolean; note?: ReactNode; children: ReactNode; onClick: () => void }) {
  return (
    <button type="button" className={classes.option} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
      <span>{children}</span>
      {note && <small>{note}</small>}
    </button>
  );
}

export function MoreLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Anchor {...follow(href)} style={{ display: 'inline-flex', alignItems: 'center', minHeight: '2.75rem' }}>
      {children}
    </Anchor>
  );
}

/* A whole number in the address, within bounds. */
export function numberIn(words: URLSearchParams, name: string, usual: number, min: number, max: number): number {
  const value = Number(words.get(name) ?? usual);
  return Number.isInteger(value) ? Math.min(max, Math.max(min, value)) : Math.min(max, Math.max(min, usual));
}
