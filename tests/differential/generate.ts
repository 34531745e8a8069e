// Random requests with the SQL that asks the same, for the tables of shop.sql. The SQL is built from the meaning of each part, with
// sub-queries and literals, not the way maitred writes it.

interface Column {
  name: string;
  filters: [text: string, sql: string][];
}
interface Table {
  name: string;
  key: string[];
  columns: Column[];
  embeds: Embed[];
}
interface Embed {
  as: string;
  table: string;
  many: boolean;
  join: (parent: string, child: string) => string;
  via?: string;
}

const number = (name: string, values: string[]): Column => ({
  name,
  filters: values.flatMap(
    (v) =>
      [
        [`eq.${v}`, `${name} = ${v}`],
        [`neq.${v}`, `${name} <> ${v}`],
        [`gt.${v}`, `${name} > ${v}`],
        [`gte.${v}`, `${name} >= ${v}`],
        [`lt.${v}`, `${name} < ${v}`],
        [`lte.${v}`, `${name} <= ${v}`],
        [`in.(${values.join(',')})`, `${name} in (${values.join(',')})`],
        ['is.null', `${name} is null`],
        ['not.is.null', `${name} is not null`],
        [`isdistinct.${v}`, `${name} is distinct from ${v}`],
        [`not.eq.${v}`, `not ${name} = ${v}`],
        [`eq(any).{${values.join(',')}}`, `${name} = any ('{${values.join(',')}}')`],
      ] as [string, string][],
  ),
});

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const text = (name: string, values: string[]): Column => ({
  name,
  filters: [
    ...values.flatMap(
      (v) =>
        [
          [`eq.${v}`, `${name} = ${quote(v)}`],
          [`neq.${v}`, `${name} <> ${quote(v)}`],
        ] as [string, string][],
    ),
    [`in.(${values.map((v) => `"${v.replaceAll('"', '\\"')}"`).join(',')})`, `${name} in (${values.map(quote).join(',')})`],
    ['like.*a*', `${name} like '%a%'`],
    ['ilike.*A*', `${name} ilike '%a%'`],
    ['match.^[a-f]', `${name} ~ '^[a-f]'`],
    ['not.imatch.^F', `not ${name} ~* '^F'`],
    ['is.null', `${name} is null`],
    ['like(any).{*e*,*o*}', `${name} like any ('{%e%,%o%}')`],
  ],
});

const tables: Record<string, Table> = {
  clients: {
    name: 'clients',
    key: ['id'],
    columns: [number('id', ['1', '2']), text('name', ['Ann', 'Bob']), text('email', ['ann@x.y']), number('boss_id', ['1'])],
    embeds: [
      { as: 'orders', table: 'orders', many: true, join: (p, c) => `${c}.client_id = ${p}.id` },
      { as: 'boss:boss_id', table: 'clients', many: false, join: (p, c) => `${c}.id = ${p}.boss_id` },
    ],
  },
  orders: {
    name: 'orders',
    key: ['id'],
    columns: [
      number('id', ['1', '3']),
      number('client_id', ['1', '2']),
      number('total', ['10.5', '20', '0.01']),
      text('note', ['first', 'a,b', '(x)']),
      text('status', ['open', 'paid']),
      {
        name: 'created_at',
        filters: [
          ['gt.2026-01-01T12:00:00Z', `created_at > '2026-01-01T12:00:00Z'`],
          ['lt.2000-01-01', `created_at < '2000-01-01'`],
        ],
      },
    ],
    embeds: [
      { as: 'clients', table: 'clients', many: false, join: (p, c) => `${c}.id = ${p}.client_id` },
      { as: 'order_lines', table: 'order_lines', many: true, join: (p, c) => `${c}.order_id = ${p}.id` },
      { as: 'products', table: 'products', many: true, via: 'order_lines', join: (p, c) => `exists (select from shop.order_lines l where l.order_id = ${p}.id and l.product_id = ${c}.id)` },
    ],
  },
  order_lines: {
    name: 'order_lines',
    key: ['order_id', 'product_id'],
    columns: [number('order_id', ['1', '2']), number('product_id', ['1', '4']), number('quantity', ['1', '2'])],
    embeds: [
      { as: 'orders', table: 'orders', many: false, join: (p, c) => `${c}.id = ${p}.order_id` },
      { as: 'products', table: 'products', many: false, join: (p, c) => `${c}.id = ${p}.product_id` },
    ],
  },
  products: {
    name: 'products',
    key: ['id'],
    columns: [
      number('id', ['1', '4']),
      text('name', ['Tea', 'Cake']),
      number('price', ['3.5', '5']),
      {
        name: 'tags',
        filters: [
          ['cs.{hot}', `tags @> '{hot}'`],
          ['ov.{hot,cold}', `tags && '{hot,cold}'`],
          ['eq.{}', `tags = '{}'`],
          ['is.null', 'tags is null'],
        ],
      },
      {
        name: 'data',
        filters: [
          ['cs.{"k":"v"}', `data @> '{"k":"v"}'`],
          ['is.null', 'data is null'],
        ],
      },
      {
        name: 'feel',
        filters: [
          ['eq.happy', `feel = 'happy'`],
          ['in.(happy,"so so")', `feel in ('happy', 'so so')`],
        ],
      },
    ],
    embeds: [{ as: 'orders', table: 'orders', many: true, via: 'order_lines', join: (p, c) => `exists (select from shop.order_lines l where l.product_id = ${p}.id and l.order_id = ${c}.id)` }],
  },
};

/** mulberry32: the same numbers on every machine. */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

export interface Case {
  request: string;
  sql: string;
}

interface Made {
  select: string;
  pairs: string[];
  body: string;
  from: string;
}

export function generate(seed: number, count: number): Case[] {
  const roll = dice(seed);
  const pick = <T>(list: T[]): T => list[roll(list.length)] as T;
  const some = <T>(list: T[]): T[] => {
    const chosen = list.filter(() => roll(2) === 0);
    return chosen.length ? chosen : [pick(list)];
  };
  let aliases = 0;

  function filter(table: Table, alias: string): [pair: string, inner: string, sql: string] {
    const column = pick(table.columns);
    const [value, sql] = pick(column.filters);
    return [`${column.name}=${value}`, `${column.name}.${value}`, sql.replace(column.name, `${alias}.${column.name}`)];
  }

  function tree(table: Table, alias: string, depth: number): [string, string] {
    const parts = Array.from({ length: 1 + roll(3) }, () => {
      if (depth > 0 && roll(3) === 0) return tree(table, alias, depth - 1);
      for (;;) {
        // values with signs of the tree's own are for lists and quotes; whole filters are tried elsewhere
        const [, inner, sql] = filter(table, alias);
        if (!/[({,"]/.test(inner)) return [inner, `(${sql})`] as [string, string];
      }
    });
    const word = pick(['and', 'or']);
    const not = roll(4) === 0;
    return [`${not ? 'not.' : ''}${word}(${parts.map((p) => p[0]).join(',')})`, `${not ? 'not ' : ''}(${parts.map((p) => p[1]).join(` ${word} `)})`];
  }

  function resource(table: Table, depth: number, path: string, where: string): Made {
    const alias = `t${++aliases}`;
    const columns = some(table.columns);
    const select = columns.map((c) => c.name);
    const sql = columns.map((c) => `${alias}.${c.name}`);
    const pairs: string[] = [];
    const conditions = where ? [where.replaceAll('@', alias)] : [];
    for (let i = roll(3); i > 0; i--) {
      const [pair, , condition] = filter(table, alias);
      pairs.push(path + pair);
      conditions.push(`(${condition})`);
    }
    if (roll(4) === 0) {
      const [text, condition] = tree(table, alias, 2);
      const [, not = '', word = '', rest = ''] = /^(not\.)?(and|or)(.*)$/s.exec(text) ?? [];
      pairs.push(`${path}${not}${word}=${rest}`);
      conditions.push(condition);
    }
    if (depth > 0)
      for (const embed of table.embeds.filter(() => roll(2) === 0)) {
        const child = tables[embed.table] as Table;
        const [label = ''] = embed.as.split(':');
        const hint = roll(3) === 0;
        const made = resource(child, depth - 1, `${path}${label}.`, embed.join(alias, '@'));
        select.push(`${embed.as}${hint ? '!inner' : ''}(${made.select})`);
        pairs.push(...made.pairs);
        if (hint) conditions.push(`exists (select ${made.body})`);
        sql.push(embed.many ? `(select coalesce(json_agg(row_to_json(e)), '[]') from (${made.from}) e) as ${label}` : `(select row_to_json(e) from (${made.from}) e) as ${label}`);
      }
    const order = table.key.map((k) => `${k}${pick(['', '.desc', '.asc.nullsfirst'])}`);
    pairs.push(`${path}order=${order.join(',')}`);
    const sorted = order.map((o) => `${alias}.${o.replace('.desc', ' desc').replace('.asc.nullsfirst', ' asc nulls first')}`).join(', ');
    let tail = '';
    if (roll(4) === 0 && path === '') {
      const limit = 1 + roll(4),
        offset = roll(3);
      pairs.push(`limit=${limit}`, `offset=${offset}`);
      tail = ` limit ${limit} offset ${offset}`;
    }
    const body = `from shop.${table.name} ${alias}${conditions.length ? ` where ${conditions.join(' and ')}` : ''}`;
    return { select: select.join(','), pairs, body, from: `select ${sql.join(', ')} ${body} order by ${sorted}${tail}` };
  }

  return Array.from({ length: count }, () => {
    aliases = 0;
    const table = pick(Object.values(tables));
    const made = resource(table, 2, '', '');
    const query = [`select=${made.select}`, ...made.pairs].map((pair) => {
      const equals = pair.indexOf('=');
      return `${pair.slice(0, equals)}=${encodeURIComponent(pair.slice(equals + 1))}`;
    });
    return { request: `${table.name}?${query.join('&')}`, sql: `select coalesce(json_agg(row_to_json(r)), '[]')::text from (${made.from}) r`.replaceAll('\n', ' ') };
  });
}
