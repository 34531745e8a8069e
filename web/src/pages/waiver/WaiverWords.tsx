/* What is signed, in the language that it was written in; the page around it speaks the guest's. */
import { Card, Text, Title } from '@mantine/core';
import { readWaiver, type Waiver } from '@/data/waiver';
import { useSay } from '@/texts';
import { asLanguage } from '@/texts/languages';
import classes from './WaiverPage.module.css';

export function WaiverWords({ waiver }: { waiver: Waiver }) {
  const { t, language } = useSay();
  const { paragraphs } = readWaiver(waiver.content);
  return (
    <Card component="article" padding="lg" shadow="sm" bg="var(--card-background)" aria-label={waiver.title}>
      {asLanguage(waiver.language) !== language && (
        <Text size="sm" c="dimmed" mb="sm">
          {t.waiver.otherLanguage(new Intl.DisplayNames([language], { type: 'language' }).of(waiver.language) ?? waiver.language)}
        </Text>
      )}
      <div lang={waiver.language} dir="auto" className={classes.words}>
        <Title order={2} size="h3">
          {waiver.title}
        </Title>
        {paragraphs.map((text, index) => (
          <p key={index} dir="auto">
            {text}
          </p>
        ))}
      </div>
      <Text size="sm" c="dimmed" mt="md">
        {t.waiver.version(waiver.version)}
      </Text>
    </Card>
  );
}
