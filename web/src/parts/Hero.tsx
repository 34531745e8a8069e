/* Whose house this is, within a second: its name, its hue, whether it is open. */
import type { ReactNode } from 'react';
import type { Restaurant } from '@/data/shapes';
import { useTexts } from '@/texts';
import { useHours } from './hours';
import { Pattern } from './Pattern';
import classes from './Hero.module.css';

interface Props {
  restaurant: Pick<Restaurant, 'id' | 'name' | 'description' | 'is_open' | 'opens_at' | 'closes_at' | 'timezone'>;
  /* Below the name: the table, the address. */
  where?: ReactNode;
}

export function Hero({ restaurant, where }: Props) {
  const t = useTexts();
  const hours = useHours(restaurant);
  return (
    <div className={classes.hero}>
      <Pattern motif={restaurant.id} className={classes.wall} />
      <div className={classes.words}>
        <p className={classes.name}>{restaurant.name}</p>
        {where && <p className={classes.where}>{where}</p>}
        {restaurant.description && <p className={classes.text}>{restaurant.description}</p>}
        {restaurant.is_open !== null && (
          <p className={classes.state} data-open={restaurant.is_open}>
            <span aria-hidden="true">{restaurant.is_open ? '●' : '○'}</span> {restaurant.is_open ? t.home.open : t.home.closed}
            {hours && ` · ${hours}`}
          </p>
        )}
      </div>
    </div>
  );
}
