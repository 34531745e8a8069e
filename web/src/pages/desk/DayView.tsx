/* One day at the desk: five lists of stays behind their counts, and the games. What is still to do comes first. */
import { Badge, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { isLate, isOpen, isPortal, listOf, owes, type DayList, type DeskDay, type DeskStay, type Rights } from '@/data/desk';
import { amountIn } from '@/lib/amounts';
import { longDay, nightsBetween, shortDay, wallTime } from '@/lib/days';
import { DayTurner } from '@/parts/DayTurner';
import { useSay } from '@/texts';
import { GameList } from './GameList';
import classes from './DayView.module.css';

const STAY_LISTS = ['arrival', 'departure', 'in_house', 'owes', 'no_show'] as const;

interface Props {
  day: DeskDay;
  rights: Rights;
  onOpen: (stay: string) => void;
  onDay: (day: string | null) => void;
}

export function DayView({ day, rights, onOpen, onDay }: Props) {
  const { t, locale } = useSay();
  const lists: DayList[] = [...(day.stays === null ? [] : STAY_LISTS), ...(day.games === null ? [] : (['games'] as const))];
  const [chosen, setChosen] = useState<DayList | null>(null);
  const list = chosen !== null && lists.includes(chosen) ? chosen : (lists[0] ?? 'games');
  const count = (name: DayList): number => (name === 'games' ? (day.games ?? []).length : listOf(day, name).length);
  const toDo = (name: DayList): number => (name === 'games' ? (day.games ?? []).filter((game) => game.status === 'confirmed').length : name === 'owes' ? 0 : listOf(day, name).filter(isOpen).length);
  const stays = list === 'games' ? [] : listOf(day, list);

  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2} size="h4">
          {longDay(day.date, locale)}
        </Title>
        <DayTurner day={day.date} isToday={day.date === day.today} onDay={onDay} />
      </Group>
      <nav className={classes.counts} aria-label={t.desk.view}>
        {lists.map((name) => (
          <button key={name} type="button" className={classes.count} aria-pressed={name === list} data-warns={(name === 'owes' && count(name) > 0) || undefined} onClick={() => setChosen(name)}>
            <span className={classes.number}>{count(name)}</span>
            <span className={classes.name}>{t.desk.lists[name]}</span>
            {(name === 'arrival' || name === 'departure' || name === 'games') && count(name) > 0 && <span className={classes.todo}>{t.desk.open(toDo(name))}</span>}
          </button>
        ))}
      </nav>
      {list === 'games' ? (
        <GameList games={day.games ?? []} timezone={day.timezone} rights={rights} empty={t.desk.empty.games} />
      ) : (
        <section aria-label={t.desk.lists[list]}>
          {stays.length === 0 && (
            <Text c="dimmed" py="lg" ta="center">
              {t.desk.empty[list]}
            </Text>
          )}
          <ul className={classes.list}>
            {stays.map((stay) => (
              <li key={`${stay.movement}${stay.booking_id}`}>
                <Row stay={stay} day={day} onOpen={() => onOpen(stay.booking_id)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Row({ stay, day, onOpen }: { stay: DeskStay; day: DeskDay; onOpen: () => void }) {
  const { t, locale } = useSay();
  const nights = nightsBetween(stay.check_in, stay.check_out);
  const late = isLate(stay, day);
  const owed = Math.max(0, stay.bill);
  return (
    <button type="button" className={classes.row} data-done={(!isOpen(stay) && stay.movement !== 'in_house') || undefined} onClick={onOpen}>
      <span className={classes.who}>
        <span className={classes.guest} dir="auto">
          {stay.guest_name ?? '–'}
        </span>
        <span className={classes.dim}>{stay.reference}</span>
      </span>
      <span className={classes.where}>
        <span dir="auto">{stay.chalet}</span>
        <span className={classes.dim}>
          {t.app.guests(stay.guests)} · {t.desk.nights(nights)}
        </span>
      </span>
      <span className={classes.when}>
        <span>
          {shortDay(stay.check_in, locale)} – {shortDay(stay.check_out, locale)}
        </span>
        <span className={classes.dim}>{stay.movement === 'departure' ? wallTime(stay.check_out_time, locale) : wallTime(stay.check_in_time, locale)}</span>
      </span>
      <span className={classes.marks}>
        <Badge variant="light" color={stay.status === 'checked_in' ? 'green' : stay.status === 'no_show' ? 'red' : 'gray'}>
          {t.desk.statusNames[stay.status]}
        </Badge>
        {late && <Badge color="orange">{stay.status === 'checked_in' ? t.desk.overdue : t.desk.late}</Badge>}
        {owed > 0 && (
          <Badge variant={owes(stay) ? 'filled' : 'light'} color="orange">
            {t.desk.owed(amountIn(owed, stay.currency, locale))}
          </Badge>
        )}
        {owed === 0 && stay.movement !== 'no_show' && (
          <Badge variant="light" color="green">
            ✓ {t.desk.paid}
          </Badge>
        )}
        {isPortal(stay.source) && (
          <Badge variant="light" color="blue">
            {t.desk.from(stay.source)}
          </Badge>
        )}
        {stay.movement === 'arrival' && stay.chalet_status !== 'active' && <Badge color="red">{t.desk.notReady(stay.chalet)}</Badge>}
      </span>
      {stay.special_requests !== null && (
        <span className={classes.wish} dir="auto">
          “{stay.special_requests}”
        </span>
      )}
    </button>
  );
}
