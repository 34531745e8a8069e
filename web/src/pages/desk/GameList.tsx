/* The day's games: who is late, who has not signed, whose start puts the next party at risk; one tap checks a party in. */
import { Badge, Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { refreshDesk, type DeskGame, type Rights } from '@/data/desk';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { amountIn } from '@/lib/amounts';
import { clockTime } from '@/lib/format';
import { Confirm } from '@/parts/Dialog';
import { useNotify } from '@/parts/Notices';
import { useSay } from '@/texts';
import classes from './GameList.module.css';

interface Props {
  games: readonly DeskGame[];
  timezone: string;
  rights: Rights;
  empty: string;
}

export function GameList({ games, timezone, rights, empty }: Props) {
  const { t, locale } = useSay();
  const { staffApi } = useServices();
  const client = useQueryClient();
  const notify = useNotify();
  const act = useAct();
  const [unsigned, setUnsigned] = useState<DeskGame | null>(null);
  const [absent, setAbsent] = useState<DeskGame | null>(null);
  const canWrite = rights('bookings', 'update');
  const nameOf = (game: DeskGame): string => game.guest_name ?? game.reference;

  const move = (game: DeskGame, status: 'checked_in' | 'completed' | 'no_show', without = false): void => {
    void act
      .run(
        async () => {
          await staffApi.call('update_booking_status_batch', { p_booking_ids: [game.booking_id], p_status: status, ...(without ? { p_without_waivers: true } : {}) });
          if (status === 'checked_in') notify.good(t.games.checkedIn(nameOf(game)));
        },
        (error) => {
          // Somebody has not signed: managers may answer for it, the others are told how many.
          if (status !== 'checked_in' || !isRefusal(error, 422) || error.facts['bookings'] === undefined || !rights('waivers', 'delete')) return false;
          setUnsigned(game);
          return true;
        },
      )
      .then(() => refreshDesk(client));
  };

  if (games.length === 0)
    return (
      <Text c="dimmed" py="lg" ta="center">
        {empty}
      </Text>
    );
  return (
    <section aria-label={t.desk.lists.games}>
      <ul className={classes.list}>
        {games.map((game) => (
          <li key={game.booking_id} className={classes.game} data-status={game.status}>
            <span className={classes.time}>{clockTime(game.starts_at, timezone, locale)}</span>
            <span className={classes.what}>
              <span className={classes.guest} dir="auto">
                {nameOf(game)}
              </span>
              <span className={classes.dim}>
                {game.game} · {t.games.party(game.party_size)} · {game.reference}
              </span>
              {game.special_requests !== null && <em dir="auto">“{game.special_requests}”</em>}
            </span>
            <span className={classes.marks}>
              {game.status !== 'confirmed' && (
                <Badge variant="light" color={game.status === 'no_show' ? 'red' : 'green'}>
                  {t.desk.statusNames[game.status]}
                </Badge>
              )}
              {game.minutes_late > 0 && <Badge color="orange">{t.games.lateBy(game.minutes_late)}</Badge>}
              {game.takes_waivers && game.status === 'confirmed' && (
                <Badge variant={game.waivers_missing > 0 ? 'filled' : 'light'} color={game.waivers_missing > 0 ? 'red' : 'green'}>
                  {game.waivers_missing > 0 ? `✎ ${t.games.waiversMissing(game.waivers_missing)}` : `✓ ${t.games.waiversDone}`}
                </Badge>
              )}
              {game.balance > 0 && <Badge color="orange">{t.desk.owed(amountIn(game.balance, game.currency, locale))}</Badge>}
              {game.at_risk !== null && (
                <Badge variant="light" color="red">
                  ⚠ {t.games.atRisk(game.at_risk.reference, clockTime(game.at_risk.starts_at, timezone, locale))}
                </Badge>
              )}
            </span>
            {canWrite && (
              <Group gap="xs" className={classes.actions}>
                {game.status === 'confirmed' && (
                  <Button loading={act.busy} aria-label={t.games.checkInNamed(nameOf(game))} onClick={() => move(game, 'checked_in')}>
                    {t.games.checkIn}
                  </Button>
                )}
                {game.status === 'confirmed' && game.minutes_late > 0 && (
                  <Button variant="default" onClick={() => setAbsent(game)}>
                    {t.games.noShow}
                  </Button>
                )}
                {game.status === 'checked_in' && (
                  <Button variant="default" onClick={() => move(game, 'completed')}>
                    {t.games.done}
                  </Button>
                )}
              </Group>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        opened={absent !== null}
        title={t.games.noShow}
        confirm={t.games.noShow}
        danger
        onClose={() => setAbsent(null)}
        onConfirm={() => {
          if (absent) move(absent, 'no_show');
          setAbsent(null);
        }}
      >
        {absent && <Text>{t.games.noShowText(nameOf(absent))}</Text>}
      </Confirm>
      <Confirm
        opened={unsigned !== null}
        title={t.games.without}
        confirm={t.games.without}
        danger
        onClose={() => setUnsigned(null)}
        onConfirm={() => {
          if (unsigned) move(unsigned, 'checked_in', true);
          setUnsigned(null);
        }}
      >
        {unsigned && <Text>{t.games.withoutText(unsigned.waivers_missing)}</Text>}
      </Confirm>
    </section>
  );
}
