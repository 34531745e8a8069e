/* One booking by its number and the address or phone it was made with. */
import { Button, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { ContactField } from '@/parts/ContactField';
import { Field } from '@/parts/Field';
import { useTexts } from '@/texts';

interface Props {
  /* Known already, from the address. */
  reference?: string;
  onFound?: () => void;
}

export function NumberForm({ reference: given, onFound }: Props) {
  const t = useTexts();
  const { publicApi } = useServices();
  const client = useQueryClient();
  const { busy, run } = useAct();
  const [reference, setReference] = useState(given ?? '');
  const [contact, setContact] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const clean = reference.replace(/\s/g, '').toUpperCase();

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (clean === '' || contact.trim() === '') {
      setProblem(t.wayIn.bothNeeded);
      return;
    }
    setProblem(null);
    void run(
      async () => {
        const { keepBookings, myBookingQuery, rememberNumber } = await import('@/data/my');
        const found = await client.fetchQuery(myBookingQuery({ api: publicApi, reference: clean, contact: contact.trim() }));
        keepBookings(found.bookings);
        rememberNumber(clean, contact.trim());
        if (onFound) onFound();
        else window.location.assign(`/my/${encodeURIComponent(clean)}`);
      },
      (error) => {
        if (!isRefusal(error, 404)) return false;
        setProblem(t.wayIn.unknown);
        return true;
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {given === undefined && (
          <Field
            label={t.wayIn.reference}
            description={t.wayIn.referenceHint}
            value={reference}
            maxLength={40}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            onChange={(event) => {
              setReference(event.currentTarget.value);
              setProblem(null);
            }}
          />
        )}
        <ContactField
          label={t.wayIn.bookedWith}
          value={contact}
          error={problem}
          onChange={(text) => {
            setContact(text);
            setProblem(null);
          }}
        />
        <Button type="submit" variant={given === undefined ? 'light' : 'filled'} size="lg" loading={busy} fullWidth>
          {t.wayIn.find}
        </Button>
      </Stack>
    </form>
  );
}
