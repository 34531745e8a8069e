/* The menu by category. With `onAdd` it sells; without, it is for reading. */
import { ActionIcon, Badge, Group, Text, Title } from '@mantine/core';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { allergensOn, suits } from '@/data/allergens';
import { useRemembered } from '@/hooks/useRemembered';
import { useLayer } from '@/lib/address';
import { list } from '@/lib/format';
import { later } from '@/lib/later';
import { finds } from '@/lib/search';
import type { NewLine } from '@/data/lines';
import { findItem, isSimple } from '@/data/menu';
import type { Id, Menu, MenuCategory, MenuItem } from '@/data/shapes';
import { useSay, useTexts, type Texts } from '@/texts';
import { Field } from '../Field';
import { CloseIcon, PlusIcon, SearchIcon } from '../iconsFirst';
import { Pattern } from '../Pattern';
import { usePlace } from '../say';
import classes from './MenuBrowser.module.css';

const ItemSheet = later(async () => (await import('./ItemSheet')).ItemSheet);

const SEARCH_FROM_ITEMS = 8;

interface Props {
  menu: Menu;
  /* How many of each dish the guest has on their list. */
  picked?: ReadonlyMap<Id | null, number>;
  onAdd?: ((line: NewLine) => void) | undefined;
}

function searchText(item: MenuItem, t: Texts): string {
  const words = [item.name, item.description ?? '', ...item.tags.flatMap((tag) => [tag, t.menu.tagNames[tag] ?? '']), ...item.allergens.flatMap((name) => [name, t.menu.allergenNames[name] ?? ''])];
  return words.join(' ');
}

/* The categories that are left of a menu by what was typed and what is to be avoided. */
function matching(categories: readonly MenuCategory[], typed: string, avoid: ReadonlySet<string>, t: Texts): MenuCategory[] {
  return categories
    .map((category) => ({
      ...category,
      items: category.items.filter((item) => (typed.trim() === '' || finds(searchText(item, t), typed)) && (avoid.size === 0 || suits(item, avoid) !== 'no')),
    }))
    .filter((category) => category.items.length > 0);
}

const asNames = (value: unknown): string[] | undefined => (Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : undefined);

export function MenuBrowser({ menu, picked, onAdd }: Props) {
  const t = useTexts();
  const [search, setSearch] = useState('');
  const [avoidNames, setAvoidNames] = useRemembered<string[]>('avoid', asNames, []);
  const [openId, setOpenId, close] = useLayer<Id>();
  const [wasOpened, setWasOpened] = useState(false);
  if (openId !== null && !wasOpened) setWasOpened(true);
  const allergens = useMemo(() => allergensOn(menu.categories.flatMap((category) => category.items)), [menu]);
  const avoid = useMemo(() => new Set(avoidNames.filter((name) => allergens.includes(name))), [avoidNames, allergens]);
  const categories = useMemo(() => matching(menu.categories, search, avoid, t), [menu, search, avoid, t]);
  const itemCount = menu.categories.reduce((sum, category) => sum + category.items.length, 0);
  // Looked up anew with every menu that arrives: the dish may sell out while somebody looks at it.
  const open = openId === null ? undefined : findItem(menu, openId);

  return (
    <div>
      <CategoryBar categories={categories} />
      {itemCount >= SEARCH_FROM_ITEMS && (
        <div className={classes.search}>
          <Field
            type="search"
            label={t.menu.search}
            hiddenLabel
            placeholder={t.menu.search}
            before={<SearchIcon size={18} />}
            after={
              search !== '' && (
                <button type="button" className={classes.clear} aria-label={t.app.close} onClick={() => setSearch('')}>
                  <CloseIcon size={18} />
                </button>
              )
            }
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      )}
      {allergens.length > 0 && <Avoid allergens={allergens} avoid={avoid} onChange={setAvoidNames} />}
      {categories.length === 0 && <Text c="dimmed">{search.trim() === '' ? t.menu.nothingSuits : t.menu.noMatch(search.trim())}</Text>}
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
                motif={category.name}
                count={picked?.get(item.id) ?? 0}
                needsChoice={avoid.size > 0 && suits(item, avoid) === 'with_choices'}
                onOpen={() => setOpenId(item.id)}
                onAdd={onAdd && isSimple(item) ? () => onAdd({ itemId: item.id, quantity: 1, choices: [], note: '' }) : undefined}
                canOrder={onAdd !== undefined}
              />
            ))}
          </ul>
        </section>
      ))}
      {wasOpened && (
        <Suspense fallback={null}>
          <ItemSheet item={open} onClose={close} onAdd={onAdd} />
        </Suspense>
      )}
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: the chip that is marked is another one then
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

/* What somebody must not eat: kept on this phone, so that it holds on every visit. */
function Avoid({ allergens, avoid, onChange }: { allergens: readonly string[]; avoid: ReadonlySet<string>; onChange: (names: string[]) => void }) {
  const t = useTexts();
  const { locale } = useSay();
  const nameOf = (name: string): string => t.menu.allergenNames[name] ?? name;
  return (
    <details className={classes.avoid}>
      <summary className={classes.avoidTitle}>{avoid.size === 0 ? t.menu.avoid : t.menu.avoiding(list([...avoid].map(nameOf), locale))}</summary>
      <div className={classes.avoidList} role="group" aria-label={t.menu.avoid}>
        {allergens.map((name) => (
          <button
            key={name}
            type="button"
            className={classes.avoidChip}
            aria-pressed={avoid.has(name)}
            onClick={() => onChange(avoid.has(name) ? [...avoid].filter((other) => other !== name) : [...avoid, name])}
          >
            {nameOf(name)}
          </button>
        ))}
      </div>
      <p className={classes.avoidHint}>{t.menu.avoidHint}</p>
    </details>
  );
}

interface RowProps {
  item: MenuItem;
  motif: string;
  count: number;
  /* Suits only with a choice that takes something out. */
  needsChoice: boolean;
  canOrder: boolean;
  onOpen: () => void;
  onAdd: (() => void) | undefined;
}

function ItemRow({ item, motif, count, needsChoice, canOrder, onOpen, onAdd }: RowProps) {
  const { t, locale } = useSay();
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
        {item.allergens.length > 0 && (
          <p className={classes.allergens}>
            <span className={classes.spoken}>{t.menu.allergens}: </span>
            {list(
              item.allergens.map((name) => t.menu.allergenNames[name] ?? name),
              locale,
            )}
            {needsChoice && <strong> · {t.menu.askWithout}</strong>}
          </p>
        )}
        <Group gap="xs" mt={2}>
          <Text fw={600} className={classes.price}>
            {amount(item.price)}
          </Text>
          {count > 0 && (
            <Badge color="brand" variant="filled" size="md">
              {t.menu.onList(count)}
            </Badge>
          )}
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
      <div className={classes.picture}>
        {item.image_url?.startsWith('/') ? <img src={item.image_url} alt="" loading="lazy" decoding="async" width={80} height={80} /> : <Pattern motif={motif} name={item.name} />}
      </div>
      {canOrder && item.is_available && (
        <ActionIcon className={classes.add} variant="light" radius="xl" aria-label={onAdd ? t.menu.addNamed(item.name) : t.menu.openNamed(item.name)} onClick={onAdd ?? onOpen}>
          <PlusIcon />
        </ActionIcon>
      )}
    </li>
  );
}
