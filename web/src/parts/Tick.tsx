/* A box to tick, with the words beside it as its target: the browser's own, in the house's colour. For the guests' pages. */
import { useId, type ReactNode } from 'react';
import classes from './Tick.module.css';

interface Props {
  checked: boolean;
  error?: string | null | undefined;
  lang?: string | undefined;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

export function Tick({ checked, error, lang, disabled = false, onChange, children }: Props) {
  const id = useId();
  return (
    <div>
      <label className={classes.tick}>
        <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} {...(error ? { 'aria-invalid': true, 'aria-describedby': id } : {})} />
        <span {...(lang === undefined ? {} : { lang, dir: 'auto' })}>{children}</span>
      </label>
      {error && (
        <p id={id} className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
