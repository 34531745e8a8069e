/* Six digits in one field: one label, one stop for the keyboard, and a paste or the phone's own suggestion fills it. */
import type { ReactNode } from 'react';
import { Field } from './Field';
import classes from './OtpInput.module.css';

interface Props {
  label: string;
  description?: string;
  value: string;
  error?: ReactNode;
  onChange: (digits: string) => void;
}

export function OtpInput({ label, description, value, error, onChange }: Props) {
  return (
    <Field
      label={label}
      description={description}
      value={value}
      error={error}
      inputMode="numeric"
      pattern="[0-9]*"
      autoComplete="one-time-code"
      className={classes.digits}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, '').slice(0, 6))}
    />
  );
}
