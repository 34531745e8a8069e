/* /menu/<restaurant>: the menu for reading. */
import { useQuery } from '@tanstack/react-query';
import { menuFeed, menuQuery } from '@/data/menu';
import { useServices } from '@/data/services';
import { useFeed } from '@/hooks/useFeed';
import { Frame } from '@/parts/Frame';
import { Hero } from '@/parts/Hero';
import { Loading } from '@/parts/Loading';
import { Switches } from '@/parts/Switches';
import { MenuBrowser } from '@/parts/menu/MenuBrowser';
import { Problem } from '@/parts/Problem';
import { PlaceProvider } from '@/parts/say';
import { useTexts } from '@/texts';

export function MenuPage({ restaurant }: { restaurant: string }) {
  const t = useTexts();
  const { publicApi, config, anybody } = useServices();
  const menu = useQuery(menuQuery(publicApi, restaurant));
  useFeed(menuFeed(restaurant), anybody);
  if (!menu.data) {
    return <Frame title={config.name}>{menu.isError ? <Problem error={menu.error} onRetry={() => void menu.refetch()} /> : <Loading />}</Frame>;
  }
  return (
    <PlaceProvider restaurant={menu.data.restaurant}>
      <Frame title={menu.data.restaurant.name} tabTitle={`${t.menu.title} · ${menu.data.restaurant.name}`} actions={<Switches />} bare>
        <Hero restaurant={menu.data.restaurant} where={<a href="/">{t.notFound.home}</a>} />
        <MenuBrowser menu={menu.data} />
      </Frame>
    </PlaceProvider>
  );
}
