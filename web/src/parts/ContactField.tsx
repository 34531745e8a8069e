/* An e-mail address or a phone number. */
import type { ReactNode } from 'react';
import { Field } from './Field';

interface Props {
  label: string;
  description?: string;
  value: string;
  error?: ReactNode;
  onChange: (text: string) => void;
}

export function ContactField({ onChange, ...field }: Props) {
  return <Field {...field} maxLength={255} autoComplete="email" autoCapitalize="none" spellCheck={false} onChange={(event) => onChange(event.currentTarget.value)} />;
}
