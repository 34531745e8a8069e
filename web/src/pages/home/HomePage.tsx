/* /: what this place offers, by its modules. */
import { Anchor, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { offersOf, restaurantsQuery } from '@/data/places';
import { useServices } from '@/data/services';
import type { PlaceToEat } from '@/data/shapes';
import { Frame } from '@/parts/Frame';
import { Switches } from '@/parts/Switches';
import { useHours, useWeek } from '@/parts/hours';
import { Loading } from '@/parts/Loading';
import { Pattern } from '@/parts/Pattern';
import { Problem } from '@/parts/Problem';
import { StaffDoors } from '@/parts/StaffDoors';
import { useTexts } from '@/texts';
import { hasOwnName } from '@/texts/tableName';
import classes from './HomePage.module.css';

export function HomePage() {
  const t = useTexts();
  const { config, publicApi } = useServices();
  const offers = offersOf(config);
  const hasDining = offers.includes('dining');
  const restaurants = useQuery({ ...restaurantsQuery(publicApi), enabled: hasDining });
  const others = offers.filter((offer) => offer !== 'dining');

  return (
    <Frame title={config.name} actions={<Switches />} width="page">
      {offers.length === 0 && <Text c="dimmed">{t.home.none}</Text>}
      {hasDining && restaurants.isPending && <Loading />}
      {hasDining && restaurants.isError && !restaurants.data && <Problem error={restaurants.error} onRetry={() => void restaurants.refetch()} />}
      <div className={classes.places}>
        {restaurants.data?.restaurants.map((restaurant) => (
          <PlaceCard key={restaurant.id} restaurant={restaurant} />
        ))}
      </div>
      {others.length > 0 && (
        <section aria-labelledby="also">
          <Title order={2} size="h3" id="also" mt="xl" mb="sm">
            {hasDining ? t.home.also : t.home.title}
          </Title>
          <div className={classes.places}>
            {others.map((offer) => (
              <Card key={offer} padding="lg" shadow="xs" bg="var(--card-background)">
                <Title order={3} size="h4">
                  {t.home.offers[offer].name}
                </Title>
                <Text c="dimmed" mt={4}>
                  {t.home.offers[offer].text}
                </Text>
              </Card>
            ))}
          </div>
        </section>
      )}
      <footer className={classes.staff}>
        <Text c="dimmed">{t.home.staff}</Text>
        <Group gap="lg">
          <StaffDoors hasDining={hasDining} className={classes.link} />
        </Group>
      </footer>
    </Frame>
  );
}

function PlaceCard({ restaurant }: { restaurant: PlaceToEat }) {
  const t = useTexts();
  const hours = useHours(restaurant);
  const week = useWeek(restaurant.opening_hours);
  return (
    <Card component="article" padding="lg" shadow="sm" bg="var(--card-background)" aria-label={restaurant.name} className={classes.place}>
      <div className={classes.front}>{restaurant.image_url?.startsWith('/') ? <img src={restaurant.image_url} alt="" loading="lazy" decoding="async" /> : <Pattern motif={restaurant.id} />}</div>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h3">
            {restaurant.name}
          </Title>
          {restaurant.is_open !== null && (
            <Badge color={restaurant.is_open ? 'green' : 'gray.7'} variant={restaurant.is_open ? 'light' : 'filled'} tt="none" size="lg">
              {restaurant.is_open ? t.home.open : t.home.closed}
            </Badge>
          )}
        </Group>
        {hours && <Text fw={600}>{hours}</Text>}
        <Text>{restaurant.description ?? t.home.offers.dining.text}</Text>
        {restaurant.address && <Text c="dimmed">{restaurant.address}</Text>}
        {restaurant.phone && (
          <Anchor href={`tel:${restaurant.phone.replace(/[^\d+]/g, '')}`} className={classes.link}>
            {t.home.call(restaurant.phone)}
          </Anchor>
        )}
        {week.length > 0 && (
          <details>
            <summary className={classes.link}>{t.hours.week}</summary>
            <dl className={classes.week}>
              {week.map(({ day, times }) => (
                <div key={day}>
                  <dt>{day}</dt>
                  <dd>{times}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
        <Button component="a" href={`/menu/${restaurant.id}`} variant="light">
          {t.home.menu}
        </Button>
        {restaurant.accepts_reservations && (
          <Button component="a" href={`/book/table?restaurant=${restaurant.id}`}>
            {t.home.reserve}
          </Button>
        )}
        {restaurant.tables.length > 0 && (
          <section aria-label={t.home.tables}>
            <Title order={3} size="h5" mt="sm">
              {t.home.tables}
            </Title>
            <Text size="sm" c="dimmed" mb="xs">
              {t.home.tablesHint}
            </Text>
            <ul className={classes.tables}>
              {restaurant.tables.map((table) => (
                <li key={table.code}>
                  <Button component="a" href={`/t/${encodeURIComponent(table.code)}`} variant="default" fullWidth px="xs">
                    {hasOwnName(table) ? table.name : t.home.table(table.table_number)}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </Stack>
    </Card>
  );
}
