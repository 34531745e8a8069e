/* A page, or a part of one, that could not be shown: what happened, what to do, and the button that does it. */
import { Button, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '@/texts';
import { explain, type Explanation } from '@/texts/explain';

interface Props {
  error?: unknown;
  what?: Explanation;
  onRetry?: () => void;
  children?: ReactNode;
}

export function Problem({ error, what, onRetry, children }: Props) {
  const t = useTexts();
  const { title, hint } = what ?? explain(error, t);
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center" role="alert">
      <Title order={2} size="h3">
        {title}
      </Title>
      {hint && (
        <Text c="dimmed" maw="28rem">
          {hint}
        </Text>
      )}
      {onRetry && <Button onClick={onRetry}>{t.app.retry}</Button>}
      {children}
    </Stack>
  );
}
