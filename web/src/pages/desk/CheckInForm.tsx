/* What is written down when guests move in. Nothing of it is asked twice: what is known stands there. */
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Stay } from '@/data/desk';
import { useTexts } from '@/texts';
import classes from './StaySheet.module.css';

const FIELDS = ['document_type', 'document_number', 'nationality', 'date_of_birth', 'plate', 'key_note'] as const;
type Field = (typeof FIELDS)[number];
const DOCUMENTS = ['passport', 'id_card', 'driving_licence'] as const;

interface Props {
  stay: Stay;
  busy: boolean;
  onDone: (details: Record<string, string>) => void;
  onCancel: () => void;
}

export function CheckInForm({ stay, busy, onDone, onCancel }: Props) {
  const t = useTexts();
  const known = stay.guest_details as Record<string, unknown>;
  const [values, setValues] = useState<Record<Field, string>>(() => Object.fromEntries(FIELDS.map((name) => [name, typeof known[name] === 'string' ? known[name] : ''])) as Record<Field, string>);
  const set = (name: Field, value: string): void => setValues((before) => ({ ...before, [name]: value }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onDone(Object.fromEntries(FIELDS.map((name) => [name, values[name].trim()] as const).filter(([name, value]) => value !== (known[name] ?? ''))));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <div className={classes.pairs}>
          <Select
            size="md"
            label={t.desk.document}
            data={DOCUMENTS.map((value) => ({ value, label: t.desk.documents[value] }))}
            value={values.document_type === '' ? null : values.document_type}
            onChange={(value) => set('document_type', value ?? '')}
            clearable
          />
          <TextInput
            label={t.desk.documentNumber}
            autoComplete="off"
            maxLength={60}
            value={values.document_number}
            onChange={(event) => set('document_number', event.currentTarget.value)}
            data-autofocus
          />
          <TextInput label={t.desk.nationality} autoComplete="off" dir="auto" maxLength={60} value={values.nationality} onChange={(event) => set('nationality', event.currentTarget.value)} />
          <TextInput label={t.desk.born} type="date" value={values.date_of_birth} onChange={(event) => set('date_of_birth', event.currentTarget.value)} />
          <TextInput label={t.desk.plate} autoComplete="off" maxLength={20} value={values.plate} onChange={(event) => set('plate', event.currentTarget.value)} />
          <TextInput label={t.desk.keyNote} autoComplete="off" dir="auto" maxLength={200} value={values.key_note} onChange={(event) => set('key_note', event.currentTarget.value)} />
        </div>
        <Group>
          <Button type="submit" size="lg" loading={busy}>
            {t.desk.checkInNow}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t.app.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
