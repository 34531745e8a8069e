/* Who are you, and what must you not eat? One call; asked again after a lost answer it is the same person. */
import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { allergiesOf, cleanCode } from '@/data/party';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { uuid } from '@/lib/ids';
import { ContactField } from '@/parts/ContactField';
import { Field } from '@/parts/Field';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';
import { AllergyPicker } from './AllergyPicker';

export function Join({ code, isFull, onJoined }: { code: string; isFull: boolean; onJoined: (token: string) => void }) {
  const t = useTexts();
  const { publicApi } = useServices();
  const { busy, run } = useAct();
  const [key] = useState(uuid);
  const [name, setName] = useState('');
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [written, setWritten] = useState('');
  const [contact, setContact] = useState('');
  const [problem, setProblem] = useState<string | null>(isFull ? t.party.full : null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === '') {
      setProblem(t.party.nameNeeded);
      return;
    }
    setProblem(null);
    const reach = contact.trim();
    void run(
      async () => {
        const joined = await publicApi.call('join_party', {
          p_party: cleanCode(code),
          p_name: name.trim(),
          p_allergies: allergiesOf(ticked, written),
          ...(reach === '' ? {} : reach.includes('@') ? { p_email: reach } : { p_phone: reach }),
          p_idempotency_key: key,
        });
        onJoined(joined.member_token);
      },
      (error) => {
        if (!isRefusal(error)) return false;
        const { title, hint } = explain(error, t);
        setProblem(
          error.status === 409
            ? t.party.full
            : error.status === 410
              ? t.party.closed
              : error.field === 'p_email' || error.field === 'p_phone'
                ? t.party.contactWrong
                : hint
                  ? `${title} ${hint}`
                  : title,
        );
        return true;
      },
    );
  };

  return (
    <Card padding="lg" shadow="sm" bg="var(--card-background)">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2} size="h3">
            {t.party.joinTitle}
          </Title>
          <Field label={t.table.name} value={name} maxLength={255} autoComplete="name" onChange={(event) => setName(event.currentTarget.value)} />
          <AllergyPicker ticked={ticked} written={written} onTick={setTicked} onWrite={setWritten} />
          <ContactField label={t.party.contact} description={t.party.contactHint} value={contact} onChange={setContact} />
          {problem !== null && (
            <Text c="var(--mantine-color-error)" role="alert">
              {problem}
            </Text>
          )}
          <Button type="submit" size="lg" loading={busy} fullWidth>
            {t.party.join}
          </Button>
          <Text size="sm" c="dimmed">
            {t.party.kept}
          </Text>
        </Stack>
      </form>
    </Card>
  );
}
