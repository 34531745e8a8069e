/* The bell's switch in the header, and the bar that says so while the browser keeps the bell silent. */
import { ActionIcon, Button } from '@mantine/core';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { useRemembered } from '@/hooks/useRemembered';
import { makeBell, type Bell } from '@/lib/bell';
import { asBoolean } from '@/lib/keep';
import { useTexts } from '@/texts';
import { BellIcon, BellOffIcon } from './icons';
import classes from './BellSwitch.module.css';

export interface BellControl {
  bell: Bell;
  isOn: boolean;
  setIsOn: (isOn: boolean) => void;
}

/* `key`: where this device remembers whether the page may ring. */
export function useBell(key: string): BellControl {
  const [bell] = useState(makeBell);
  const [isOn, setIsOn] = useRemembered(key, asBoolean, true);
  return useMemo(() => ({ bell, isOn, setIsOn }), [bell, isOn, setIsOn]);
}

export function BellSwitch({ control: { bell, isOn, setIsOn } }: { control: BellControl }) {
  const t = useTexts();
  return (
    <ActionIcon
      color="gray"
      c="inherit"
      aria-label={isOn ? t.alarm.soundOff : t.alarm.soundOn}
      onClick={() => {
        bell.wake();
        if (!isOn) bell.ring();
        setIsOn(!isOn);
      }}
    >
      {isOn ? <BellIcon /> : <BellOffIcon />}
    </ActionIcon>
  );
}

export function SilentBar({ control: { bell, isOn } }: { control: BellControl }) {
  const t = useTexts();
  const canRing = useSyncExternalStore(bell.subscribe, bell.canRing);
  if (!isOn || canRing) return null;
  return (
    <Button
      fullWidth
      size="lg"
      color="orange"
      autoContrast
      leftSection={<BellOffIcon />}
      className={classes.bar}
      onClick={() => {
        bell.wake();
        bell.ring();
      }}
    >
      {t.alarm.silent}
    </Button>
  );
}
