import { Anchor } from '@mantine/core';
import { useServices } from '@/data/services';
import { Frame } from '@/parts/Frame';
import { Problem } from '@/parts/Problem';
import { useTexts } from '@/texts';

export function NotFoundPage() {
  const t = useTexts();
  const { config } = useServices();
  return (
    <Frame title={config.name}>
      <Problem what={{ title: t.notFound.title, hint: t.notFound.body }}>
        <Anchor href="/">{t.notFound.home}</Anchor>
      </Problem>
    </Frame>
  );
}
