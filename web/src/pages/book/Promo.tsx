/* A code that makes a game cheaper; what is used stands in the address. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { setWords } from '@/lib/address';
import { Field } from '@/parts/Field';
import { useTexts } from '@/texts';
import classes from './steps.module.css';

export function Promo({ promo }: { promo: string | null }) {
  const t = useTexts();
  const [typed, setTyped] = useState(promo ?? '');
  return (
    <form
      className={classes.promo}
      onSubmit={(event) => {
        event.preventDefault();
        setWords({ promo: typed.trim() === '' ? null : typed.trim().toUpperCase() });
      }}
    >
      <Field label={t.book.game.promo} value={typed} maxLength={40} autoComplete="off" onChange={(event) => setTyped(event.currentTarget.value)} />
      {promo && promo === typed.trim().toUpperCase() ? (
        <Button
          variant="default"
          onClick={() => {
            setTyped('');
            setWords({ promo: null });
          }}
        >
          {t.book.game.noPromo}
        </Button>
      ) : (
        <Button type="submit" variant="default" disabled={typed.trim() === ''}>
          {t.book.game.usePromo}
        </Button>
      )}
    </form>
  );
}
