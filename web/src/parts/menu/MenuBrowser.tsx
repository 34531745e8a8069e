/* The menu by category. With `onAdd` it sells; without, it is for reading. */
import { ActionIcon, Badge, CloseButton, Group, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { NewLine } from '@/data/lines';
import { findItem, isSimple } from '@/data/menu';
import type { Id, Menu, MenuCategory, MenuItem } from '@/data/shapes';
import { useTexts } from '@/texts';
import { PlusIcon, SearchIcon } from '../icons';
import { usePlace } from '../say';
import { ItemSheet } from './ItemSheet';
import classes from './MenuBrowser.module.css';

const SEARCH_FROM_ITEMS = 12;

interface Props {
  menu: Menu;
  onAdd?: ((line: NewLine) => void) | undefined;
}

function matching(categories: readonly MenuCategory[], text: string): MenuCategory[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return categories.filter((category) => category.items.length > 0);
  return categories
    .map((category) => ({
      ...category,
      items: category.items.filter((item) => `${item.name} ${item.description ?? ''} ${item.tags.join(' ')}`.toLocaleLowerCase().includes(wanted)),
    }))
    .filter((category) => category.items.length > 0);
}

export function MenuBrowser({ menu, onAdd }: Props) {
  const t = useTexts();
  const [search, setSearch] = useState('');
  const [openId, setOpenId] = useState<Id | null>(null);
  const categories = useMemo(() => matching(menu.categories, search), [menu, search]);
  const itemCount = menu.categories.reduce((sum, category) => sum + category.items.length, 0);
  // Looked up anew with every menu that arrives: the dish may sell out while somebody looks at it.
  const open = openId === null ? undefined : findItem(menu, openId);

  return (
    <div>
      <CategoryBar categories={categories} />
      {itemCount >= SEARCH_FROM_ITEMS && (
        <TextInput
          type="search"
          aria-label={t.menu.search}
          placeholder={t.menu.search}
          leftSection={<SearchIcon size={18} />}
          rightSection={search !== '' && <CloseButton aria-label={t.app.close} onClick={() => setSearch('')} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          mb="md"
        />
      )}
      {categories.length === 0 && <Text c="dimmed">{t.menu.noMatch(search.trim())}</Text>}
      {categories.map((category) => (
        <section key={category.id} id={anchorOf(category.id)} aria-labelledby={`${anchorOf(category.id)}-title`} className={classes.section}>
          <Title order={2} size="h3" id={`${anchorOf(category.id)}-title`}>
            {category.name}
          </Title>
          {category.description && (
            <Text size="sm" c="dimmed">
              {category.description}
            </Text>
          )}
          <ul className={classes.items}>
            {category.items.map((item) => (
              <ItemRow
                key={item.id}
                item={item}
                onOpen={() => setOpenId(item.id)}
                onAdd={onAdd && isSimple(item) ? () => onAdd({ itemId: item.id, quantity: 1, choices: [], note: '' }) : undefined}
                canOrder={onAdd !== undefined}
              />
            ))}
          </ul>
        </section>
      ))}
      <ItemSheet item={open} onClose={() => setOpenId(null)} onAdd={onAdd} />
    </div>
  );
}

const anchorOf = (id: Id): string => `category-${id}`;

function CategoryBar({ categories }: { categories: readonly MenuCategory[] }) {
  const t = useTexts();
  const [current, setCurrent] = useState<Id | null>(null);
  const bar = useRef<HTMLElement>(null);

  useEffect(() => {
    if (typeof IntersectionObserver === 'undefined') return;
    const seen = new Map<string, boolean>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) seen.set(entry.target.id, entry.isIntersecting);
        const first = categories.find((category) => seen.get(anchorOf(category.id)));
        if (first) setCurrent(first.id);
      },
      { rootMargin: '-120px 0px -55% 0px' },
    );
    for (const category of categories) {
      const section = document.getElementById(anchorOf(category.id));
      if (section) observer.observe(section);
    }
    return () => observer.disconnect();
  }, [categories]);

  useEffect(() => {
    const chip = bar.current?.querySelector<HTMLElement>('[aria-current]');
    if (!chip || !bar.current) return;
    bar.current.scrollTo?.({ left: chip.offsetLeft - bar.current.clientWidth / 2 + chip.offsetWidth / 2, behavior: 'smooth' });
  }, [current]);

  if (categories.length < 2) return null;
  return (
    <nav ref={bar} aria-label={t.menu.categories} className={classes.bar}>
      {categories.map((category) => (
        <a
          key={category.id}
          href={`#${anchorOf(category.id)}`}
          className={classes.chip}
          {...(current === category.id ? { 'aria-current': 'true' as const } : {})}
          onClick={(event) => {
            // Not through the address: a later "back" should leave the page, not walk through categories.
            event.preventDefault();
            document.getElementById(anchorOf(category.id))?.scrollIntoView({ block: 'start' });
          }}
        >
          {category.name}
        </a>
      ))}
    </nav>
  );
}

interface RowProps {
  item: MenuItem;
  canOrder: boolean;
  onOpen: () => void;
  onAdd: (() => void) | undefined;
}

function ItemRow({ item, canOrder, onOpen, onAdd }: RowProps) {
  const t = useTexts();
  const { amount } = usePlace();
  return (
    <li className={classes.item} data-sold-out={!item.is_available || undefined}>
      <div className={classes.words}>
        <button type="button" className={classes.name} onClick={onOpen}>
          {item.name}
        </button>
        {item.description && (
          <Text size="sm" c="dimmed" lineClamp={2}>
            {item.description}
          </Text>
        )}
        <Group gap="xs" mt={2}>
          <Text fw={600}>{amount(item.price)}</Text>
          {!item.is_available && (
            <Badge color="gray.7" variant="filled" size="md">
              {t.menu.soldOut}
            </Badge>
          )}
          {item.is_available && item.portions_left !== null && item.portions_left <= 5 && (
            <Badge color="orange" variant="light" size="md">
              {t.menu.portionsLeft(item.portions_left)}
            </Badge>
          )}
          {item.tags.map((tag) => (
            <Badge key={tag} color="green" variant="light" size="md" tt="none">
              {t.menu.tagNames[tag] ?? tag}
            </Badge>
          ))}
        </Group>
      </div>
      {item.image_url?.startsWith('/') && <img className={classes.picture} src={item.image_url} alt="" loading="lazy" width={72} height={72} />}
      {canOrder && item.is_available && (
        <ActionIcon
          className={classes.add}
          variant="light"
          radius="xl"
          aria-label={onAdd ? t.menu.addNamed(item.name) : t.menu.openNamed(item.name)}
          onClick={onAdd ?? onOpen}
        >
          <PlusIcon />
        </ActionIcon>
      )}
    </li>
  );
}
