/* The day before, today, the day after. Null is the business day of now, whenever that begins. */
import { ActionIcon, Button, Group } from '@mantine/core';
import { addDays } from '@/lib/days';
import { useTexts } from '@/texts';
import { BackIcon, NextIcon } from './bookIcons';
import classes from './DayTurner.module.css';

interface Props {
  day: string;
  isToday: boolean;
  onDay: (day: string | null) => void;
}

export function DayTurner({ day, isToday, onDay }: Props) {
  const t = useTexts();
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon variant="default" className={classes.turn} aria-label={t.desk.before} onClick={() => onDay(addDays(day, -1))}>
        <BackIcon />
      </ActionIcon>
      <Button variant="default" disabled={isToday} onClick={() => onDay(null)}>
        {t.desk.today}
      </Button>
      <ActionIcon variant="default" className={classes.turn} aria-label={t.desk.after} onClick={() => onDay(addDays(day, 1))}>
        <NextIcon />
      </ActionIcon>
    </Group>
  );
}
