/* The form below a waiver: who signs, for a child its guardian, what each confirms, the signature. */
import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { ageOn, readWaiver, signingArgs, whoSigns, type Waiver } from '@/data/waiver';
import { useAct } from '@/hooks/useAct';
import { dayIn } from '@/lib/format';
import { forget, isRecord, keep, recall } from '@/lib/keep';
import { Field } from '@/parts/Field';
import { SignaturePad } from '@/parts/SignaturePad';
import { Tick } from '@/parts/Tick';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';

interface Props {
  waiver: Waiver;
  bookingId: string | null;
  name: string;
  onSigned: (name: string, missing: number | null) => void;
  onReplaced: () => void;
}

interface Draft {
  name: string;
  born: string;
  email: string;
  guardian: string;
  relationship: string;
}
type Problems = Partial<Record<keyof Draft | 'signature' | 'statements' | 'whole', string>>;

/* Which field of the form a refusal is about. */
const FIELDS: Record<string, keyof Problems> = {
  p_signer_name: 'name',
  p_date_of_birth: 'born',
  p_signer_email: 'email',
  p_guardian_name: 'guardian',
  p_guardian_signature: 'signature',
  p_signature: 'signature',
};

const draftOf = (value: unknown): Draft | undefined => {
  if (!isRecord(value)) return undefined;
  const text = (name: keyof Draft): string => (typeof value[name] === 'string' ? value[name] : '');
  return { name: text('name'), born: text('born'), email: text('email'), guardian: text('guardian'), relationship: text('relationship') };
};

export function Sign({ waiver, bookingId, name, onSigned, onReplaced }: Props) {
  const t = useTexts();
  const { publicApi } = useServices();
  const { busy, run } = useAct();
  const drawer = `waiver.${waiver.family_id}`;
  // What was typed is there again after a reload, until it is signed.
  const [draft, setDraft] = useState<Draft>(() => ({ ...(recall(drawer, draftOf) ?? { born: '', email: '', guardian: '', relationship: '', name: '' }), ...(name === '' ? {} : { name }) }));
  const [signature, setSignature] = useState<string | null>(null);
  const [confirmed, setConfirmed] = useState<readonly string[]>([]);
  const [problems, setProblems] = useState<Problems>({});
  const form = useRef<HTMLFormElement>(null);
  const takeSignature = useCallback((value: string | null) => {
    setSignature(value);
    if (value !== null) setProblems(({ signature: _, ...others }) => others);
  }, []);
  useEffect(() => keep(drawer, draft), [drawer, draft]);

  const { statements } = readWaiver(waiver.content);
  const age = ageOn(draft.born, dayIn(waiver.timezone, Date.now()));
  const asked = whoSigns(waiver, age);
  const isMinor = asked === 'minor';
  const adultAge = waiver.adult_age ?? 18;
  const write = (field: keyof Draft) => (event: { currentTarget: { value: string } }) => {
    setDraft({ ...draft, [field]: event.currentTarget.value });
    setProblems({ ...problems, [field]: undefined });
  };

  const problemsOf = (): Problems => ({
    ...(draft.name.trim() === '' ? { name: t.waiver.nameNeeded } : {}),
    ...(asked === 'unknown' ? { born: t.waiver.bornNeeded } : asked === 'too_young' ? { born: t.waiver.tooYoung(waiver.minimum_age ?? 0) } : {}),
    ...(draft.email.trim() !== '' && !/^[^@\s]+@[^@\s]+$/.test(draft.email.trim()) ? { email: t.waiver.emailWrong } : {}),
    ...(isMinor && draft.guardian.trim() === '' ? { guardian: t.waiver.guardianNeeded(adultAge) } : {}),
    ...(isMinor && draft.guardian.trim() !== '' && draft.guardian.trim().toLowerCase() === draft.name.trim().toLowerCase() ? { guardian: t.waiver.guardianIsChild } : {}),
    ...(statements.some((statement) => !confirmed.includes(statement)) ? { statements: t.waiver.confirmAll } : {}),
    ...(signature === null ? { signature: t.waiver.signatureNeeded } : {}),
  });

  // What is wrong first is where the reader is led.
  useEffect(() => {
    if (Object.values(problems).some((text) => text !== undefined)) form.current?.querySelector<HTMLElement>('[aria-invalid], canvas')?.focus();
  }, [problems]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = problemsOf();
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    const who = draft.name.trim();
    const done = (missing: number | null): void => {
      forget(drawer);
      onSigned(who, missing);
    };
    void run(
      async () => {
        const guardian = isMinor ? { name: draft.guardian, relationship: draft.relationship } : null;
        const answer = await publicApi.call('submit_waiver', signingArgs(waiver, { ...draft, signature, guardian, confirmed, bookingId }));
        done(answer.missing);
      },
      (error) => {
        if (!isRefusal(error)) return false;
        if (error.status === 410) onReplaced();
        // The answer to the first try got lost: it is signed.
        else if (error.status === 409 && error.field === 'p_signer_name') done(null);
        else if (error.status === 409) setProblems({ whole: t.waiver.partyFull });
        else if (error.field === 'p_booking_id') setProblems({ whole: t.waiver.bookingOver });
        else if (error.status === 422 && error.field === 'p_date_of_birth') setProblems({ born: t.waiver.tooYoung(error.number('minimum_age') ?? 0) });
        else {
          const { title, hint } = explain(error, t);
          setProblems({ [FIELDS[error.field ?? ''] ?? 'whole']: hint ? `${title} ${hint}` : title });
        }
        return true;
      },
    );
  };

  return (
    <Card padding="lg" shadow="sm" bg="var(--card-background)">
      <form ref={form} onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2} size="h3">
            {t.waiver.formTitle}
          </Title>
          <Field label={t.waiver.name} description={t.waiver.nameHint} value={draft.name} maxLength={255} autoComplete="name" error={problems.name} onChange={write('name')} />
          <Field label={t.waiver.born} type="date" min="1900-01-01" autoComplete="bday" value={draft.born} error={problems.born} onChange={write('born')} />
          <Field label={t.waiver.email} type="email" description={t.waiver.emailHint} autoComplete="email" value={draft.email} maxLength={255} error={problems.email} onChange={write('email')} />
          {isMinor && (
            <>
              <Text role="status">{t.waiver.minorText(adultAge)}</Text>
              <Field label={t.waiver.guardian} value={draft.guardian} maxLength={255} error={problems.guardian} onChange={write('guardian')} />
              <Field label={t.waiver.relationship} description={t.waiver.relationshipHint} value={draft.relationship} maxLength={100} onChange={write('relationship')} />
            </>
          )}
          {statements.length > 0 && (
            <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
              <legend style={{ padding: 0, fontWeight: 600 }}>{t.waiver.statements}</legend>
              {statements.map((statement) => (
                <Tick
                  key={statement}
                  lang={waiver.language}
                  checked={confirmed.includes(statement)}
                  error={problems.statements !== undefined && !confirmed.includes(statement) ? problems.statements : null}
                  onChange={(isTrue) => setConfirmed(isTrue ? [...confirmed, statement] : confirmed.filter((one) => one !== statement))}
                >
                  {statement}
                </Tick>
              ))}
            </fieldset>
          )}
          <SignaturePad key={isMinor ? 'guardian' : 'own'} label={isMinor ? t.waiver.guardianSignature : t.waiver.signature} error={problems.signature ?? null} onChange={takeSignature} />
          {problems.whole !== undefined && (
            <Text c="var(--mantine-color-error)" role="alert">
              {problems.whole}
            </Text>
          )}
          <Button type="submit" size="lg" loading={busy} fullWidth>
            {t.waiver.sign}
          </Button>
          <Text size="sm" c="dimmed">
            {t.waiver.kept}
          </Text>
        </Stack>
      </form>
    </Card>
  );
}
