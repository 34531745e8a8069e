/* What has been chosen, beside what is chosen from. Its price and the button that holds it are a chunk of their own: nobody needs them before the first choice. */
import { Suspense, useState, type ReactNode } from 'react';
import { later } from '@/lib/later';
import { useTexts } from '@/texts';
import { speaking } from '@/texts/speaking';
import type { Props } from './AddPart';
import classes from './Choice.module.css';

const AddPart = later(() => speaking(['held'], async () => (await import('./AddPart')).AddPart));

export function Summary({ children }: { children: ReactNode }) {
  const t = useTexts();
  return (
    <aside className={classes.summary} aria-label={t.book.summary.title}>
      {children}
    </aside>
  );
}

export function NothingChosen() {
  const t = useTexts();
  return (
    <Summary>
      <p className={classes.nothing}>{t.book.summary.nothing}</p>
    </Summary>
  );
}

/* The shape of what comes. */
export const Coming = () => <div className={classes.waiting} aria-busy="true" />;

export function Choice(props: Props) {
  // What was written to a choice stays while another is made.
  const [wasChosen, setWasChosen] = useState(props.part !== null);
  if (props.part !== null && !wasChosen) setWasChosen(true);
  if (!wasChosen) return <NothingChosen />;
  return (
    <Suspense
      fallback={
        <Summary>
          <Coming />
        </Summary>
      }
    >
      <AddPart {...props} />
    </Suspense>
  );
}
