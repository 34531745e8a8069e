/* A share of the bill: whose it is, what can be done with it, and on request what is on it. */
import { Button, Card, Collapse, Group, Text, type CardProps } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Share } from '@/data/shapes';
import { useTexts } from '@/texts';
import { usePlace } from './say';

interface Props extends CardProps {
  share: Share;
  name: string;
  /* Below the name. */
  detail?: ReactNode;
  /* At the end of the row: the amount, the state, the button. */
  children: ReactNode;
}

export function ShareCard({ share, name, detail, children, ...card }: Props) {
  const t = useTexts();
  const { amount } = usePlace();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card bg="var(--card-background)" data-testid="share" {...card}>
      <Group justify="space-between" gap="xs">
        <div style={{ flex: '1 1 8rem', minWidth: 0 }}>
          <Text fw={650}>{name}</Text>
          {detail}
          {share.lines.length > 0 && (
            <Button variant="transparent" size="compact-sm" px={0} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
              {t.bill.details}
            </Button>
          )}
        </div>
        {children}
      </Group>
      <Collapse expanded={isOpen}>
        {share.lines.map((line) => (
          <Group key={line.line_id} justify="space-between" wrap="nowrap">
            <Text size="sm">{t.order.times(line.quantity, line.name)}</Text>
            <Text size="sm">{amount(line.amount)}</Text>
          </Group>
        ))}
      </Collapse>
    </Card>
  );
}
