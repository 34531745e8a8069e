import type { Texts } from '.';

/* What a table is called: by its number, and by its name too where that says more ("Table 4" and "4" do not). */
export function tableName(table: { table_number: number; name: string | null }, t: Texts): string {
  return hasOwnName(table) ? t.table.named(table.table_number, table.name ?? '') : t.table.number(table.table_number);
}

export function hasOwnName({ table_number, name }: { table_number: number; name: string | null }): boolean {
  return name !== null && name.trim() !== '' && !new RegExp(`(^|\\D)${table_number}(\\D|$)`).test(name);
}
