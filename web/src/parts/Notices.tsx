/* Short messages that come and go at the lower edge of the screen, read out by screen readers. */
import { ActionIcon, Paper, Text } from '@mantine/core';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '@/texts';
import { explain, type Explanation } from '@/texts/explain';
import { CloseIcon } from './iconsFirst';
import classes from './Notices.module.css';

type Tone = 'good' | 'bad';

interface Notice {
  id: number;
  tone: Tone;
  title: string;
  hint: string | null;
}

export interface Notify {
  good: (title: string) => void;
  bad: (what: Explanation) => void;
  problem: (error: unknown) => void;
  /* What was said is of yesterday: the page shows something else now. */
  clear: () => void;
}

const NotifyContext = createContext<Notify | null>(null);

const GOOD_MS = 3_000;
const BAD_MS = 9_000;
const SHOWN_MAX = 3;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const t = useTexts();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const next = useRef(1);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());

  useEffect(() => {
    const running = timers.current;
    return () => running.forEach(clearTimeout);
  }, []);

  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((notice) => notice.id !== id)), []);

  const show = useCallback(
    (tone: Tone, { title, hint }: Explanation) => {
      const id = next.current++;
      // Good news goes when anything newer comes, and the same thing again replaces itself: nothing piles up.
      setNotices((all) => [...all.filter((notice) => notice.title !== title && notice.tone === 'bad'), { id, tone, title, hint }].slice(-SHOWN_MAX));
      timers.current.add(setTimeout(() => dismiss(id), tone === 'good' ? GOOD_MS : BAD_MS));
    },
    [dismiss],
  );

  const notify = useMemo<Notify>(
    () => ({
      good: (title) => show('good', { title, hint: null }),
      bad: (what) => show('bad', what),
      problem: (error) => show('bad', explain(error, t)),
      clear: () => setNotices([]),
    }),
    [show, t],
  );

  return (
    <NotifyContext value={notify}>
      {children}
      <section className={classes.stack} aria-live="polite" aria-label={t.app.notices}>
        {notices.map((notice) => (
          <Paper key={notice.id} className={classes.notice} data-tone={notice.tone} shadow="lg" radius="md">
            <div>
              <Text fw={600}>{notice.title}</Text>
              {notice.hint && <Text size="sm">{notice.hint}</Text>}
            </div>
            <ActionIcon aria-label={t.app.dismiss} color="gray" variant="transparent" c="inherit" onClick={() => dismiss(notice.id)}>
              <CloseIcon />
            </ActionIcon>
          </Paper>
        ))}
      </section>
    </NotifyContext>
  );
}

export function useNotify(): Notify {
  const notify = useContext(NotifyContext);
  if (!notify) throw new Error('useNotify outside of <NoticesProvider>');
  return notify;
}
