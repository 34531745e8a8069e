/* The search over the house: type what you know, arrows choose, Enter opens. */
import { Loader, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { searchQuery, type HouseHit } from '@/data/desk';
import { useServices } from '@/data/services';
import { pagesOf, type StaffPage } from '@/data/workplaces';
import { shortDay } from '@/lib/days';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';
import { Dialog } from './Dialog';
import { useMember } from './StaffGate';
import classes from './HouseSearch.module.css';

export function HouseSearch({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useSay();
  return (
    <Dialog opened={opened} onClose={onClose} title={t.desk.search} size="lg" centered={false}>
      {opened && <Search onClose={onClose} />}
    </Dialog>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const { t } = useSay();
  const { staffApi, config } = useServices();
  const member = useMember();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const [at, setAt] = useState(0);
  const found = useQuery(searchQuery(staffApi, asked));
  const pages = useMemo(() => pagesOf(member.role, config.modules), [member.role, config.modules]);
  const hits = useMemo(() => (found.data?.hits ?? []).map((hit) => ({ hit, way: wayTo(hit, pages) })), [found.data, pages]);
  const open = hits.filter(({ way }) => way !== null);
  // What stands there may be the answer to what was typed before.
  const isFresh = asked === text.trim() && found.data !== undefined && !found.isPlaceholderData;
  const [isEager, setEager] = useState(false);

  const go = (way: Way): void => {
    onClose();
    void navigate(way);
  };
  const chosen = open[at]?.way ?? null;
  // Enter came before the answer: it opens what was meant then.
  useEffect(() => {
    if (!isEager || !isFresh) return;
    setEager(false);
    if (chosen) go(chosen);
  });
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt((now) => Math.max(0, Math.min(now + 1, open.length - 1)));
    else if (event.key === 'ArrowUp') setAt((now) => Math.max(now - 1, 0));
    else if (event.key === 'Enter') setEager(text.trim() !== '');
    else return;
    event.preventDefault();
  };

  return (
    <>
      <TextInput
        label={t.desk.search}
        labelProps={{ className: 'only-heard' }}
        description={t.desk.searchHint}
        type="search"
        autoComplete="off"
        dir="auto"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
          setEager(false);
        }}
        onKeyDown={onKey}
        rightSection={found.isFetching ? <Loader size="xs" aria-label={t.app.loading} /> : null}
        maxLength={100}
        data-autofocus
      />
      <div role="status" className={classes.said}>
        {asked === '' && <Text c="dimmed">{t.desk.searchEmpty}</Text>}
        {found.isError && asked !== '' && <Text c="red">{explain(found.error, t).title}</Text>}
        {found.data && hits.length === 0 && <Text c="dimmed">{t.desk.searchNone(found.data.query)}</Text>}
      </div>
      <ul className={classes.hits} aria-label={t.desk.search}>
        {hits.map(({ hit, way }) => (
          <li key={`${hit.kind}${hit.id}`}>
            {way === null ? (
              <div className={classes.hit}>
                <Hit hit={hit} />
              </div>
            ) : (
              <button type="button" className={classes.hit} data-at={way === chosen || undefined} onClick={() => go(way)}>
                <Hit hit={hit} />
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Hit({ hit }: { hit: HouseHit }) {
  const { t, locale } = useSay();
  return (
    <>
      <span className={classes.kind}>{t.desk.kindNames[hit.kind]}</span>
      <span className={classes.name} dir="auto">
        {hit.title ?? '–'}
      </span>
      <span className={classes.detail}>
        {[
          hit.reference,
          hit.kind === 'pool' && hit.detail !== null ? t.gate.slotNames[hit.detail] : hit.detail,
          hit.day === null ? null : shortDay(hit.day, locale),
          hit.status === null ? null : (t.desk.statusNames[hit.status] ?? null),
        ]
          .filter((part) => part !== null && part !== undefined && part !== '')
          .join(' · ')}
      </span>
    </>
  );
}

/* Where a hit is looked at, for who works there; null: there is no page for it, as for a customer who has booked nothing. */
function wayTo(hit: HouseHit, pages: readonly StaffPage[]): Way | null {
  const has = (page: StaffPage): boolean => pages.includes(page);
  if (hit.kind === 'stay' && has('/desk')) return { to: '/desk', search: { stay: hit.id } };
  if (hit.kind === 'payment' && hit.booking_type === 'chalet' && hit.booking_id && has('/desk')) return { to: '/desk', search: { stay: hit.booking_id } };
  if (hit.kind === 'payment' && has('/finance')) return { to: '/finance' };
  if (hit.kind === 'game' && has('/desk')) return { to: '/desk', search: hit.day === null ? {} : { day: hit.day } };
  if (hit.kind === 'pool' && has('/gate')) return { to: '/gate' };
  if (hit.kind === 'table' && has('/floor')) return { to: '/floor' };
  return null;
}
type Way = { to: '/desk'; search: { stay: string } | { day: string } | Record<never, never> } | { to: '/finance' | '/gate' | '/floor' };
