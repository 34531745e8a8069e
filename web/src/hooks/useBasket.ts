/* The basket of this device, the same for every part of the page. */
import { useSyncExternalStore } from 'react';
import { BasketStore } from '@/data/basket';
import type { Basket } from '@/data/bookingShapes';
import { useServices, type Services } from '@/data/services';

const stores = new WeakMap<Services, BasketStore>();

export function basketOf(services: Services): BasketStore {
  let store = stores.get(services);
  if (!store) stores.set(services, (store = new BasketStore(services.publicApi)));
  return store;
}

export function useBasket(): { store: BasketStore; basket: Basket | null } {
  const store = basketOf(useServices());
  return { store, basket: useSyncExternalStore(store.subscribe, store.state) };
}
