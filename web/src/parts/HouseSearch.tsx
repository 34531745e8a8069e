/* The search over the house: type what you know, arrows choose, Enter opens. */
import { Loader, Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import { searchQuery, type HouseHit } from '@/data/desk';
import { useServices } from '@/data/services';
import { pagesOf } from '@/data/workplaces';
import { shortDay } from '@/lib/days';
import { useSay } from '@/texts';
import { explain } from '@/texts/explain';
import { useMember } from './StaffGate';
import classes from './HouseSearch.module.css';

export function HouseSearch({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useSay();
  return (
    <Modal opened={opened} onClose={onClose} title={t.desk.search} size="lg" closeButtonProps={{ 'aria-label': t.app.close }}>
      {opened && <Search onClose={onClose} />}
    </Modal>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const { t, locale } = useSay();
  const { staffApi, config } = useServices();
  const member = useMember();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const [at, setAt] = useState(0);
  const found = useQuery(searchQuery(staffApi, asked));
  const hits = found.data?.hits ?? [];
  const pages = pagesOf(member.role, config.modules);

  const open = (hit: HouseHit): void => {
    onClose();
    if (hit.kind === 'stay' && pages.includes('/desk')) void navigate({ to: '/desk', search: { stay: hit.id } });
    else if (hit.kind === 'payment' && hit.booking_type === 'chalet' && hit.booking_id && pages.includes('/desk')) void navigate({ to: '/desk', search: { stay: hit.booking_id } });
    else if (hit.kind === 'payment' && pages.includes('/finance')) void navigate({ to: '/finance' });
    else if (hit.kind === 'game' && pages.includes('/desk')) void navigate({ to: '/desk', search: hit.day === null ? {} : { day: hit.day } });
    else if (hit.kind === 'pool' && pages.includes('/gate')) void navigate({ to: '/gate' });
    else if (hit.kind === 'table' && pages.includes('/floor')) void navigate({ to: '/floor' });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt((now) => Math.min(now + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setAt((now) => Math.max(now - 1, 0));
    else if (event.key === 'Enter' && hits[at]) open(hits[at]);
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
        {hits.map((hit, index) => (
          <li key={`${hit.kind}${hit.id}`}>
            <button type="button" className={classes.hit} data-at={index === at || undefined} onClick={() => open(hit)}>
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
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
