/* One line to write into, with its label, a word of help, and what is wrong with it. For the guests' pages: the library's own field weighs as much as
 * a menu. */
import { useId, type InputHTMLAttributes, type ReactNode } from 'react';
import classes from './Field.module.css';

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'size'> {
  label: string;
  /* For who hears the page only: the place says what it is. */
  hiddenLabel?: boolean;
  description?: string | undefined;
  error?: ReactNode;
  before?: ReactNode;
  after?: ReactNode;
}

export function Field({ label, hiddenLabel = false, description, error, before, after, className, ...input }: Props) {
  const id = useId();
  const isWrong = error !== undefined && error !== null && error !== false && error !== '';
  const about = [description === undefined ? '' : `${id}-about`, isWrong ? `${id}-error` : ''].filter((name) => name !== '').join(' ');
  return (
    <div className={classes.field}>
      {!hiddenLabel && (
        <label htmlFor={id} className={classes.label}>
          {label}
        </label>
      )}
      {description !== undefined && (
        <p id={`${id}-about`} className={classes.about}>
          {description}
        </p>
      )}
      <div className={classes.row} data-wrong={isWrong || undefined}>
        {before}
        <input
          {...input}
          id={id}
          className={`${classes.input} ${className ?? ''}`}
          {...(hiddenLabel ? { 'aria-label': label } : {})}
          {...(about === '' ? {} : { 'aria-describedby': about })}
          {...(isWrong ? { 'aria-invalid': true } : {})}
        />
        {after}
      </div>
      {isWrong && (
        <p id={`${id}-error`} className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
