-- One paper is one invoice a supplier and year, however its number is typed; goods and deposits go back; wrong prices are corrected; choices take stock.
-- up
-- what was entered twice already stays, told apart by its id
update invoices i set number = left(i.number, 80) || ' duplicate ' || left(i.id::text, 8)
from (select id, row_number() over (partition by supplier_id, app.invoice_key(number), extract(year from invoice_date) order by created_at, id) as n
      from invoices where status <> 'cancelled') d
where d.id = i.id and d.n > 1;
alter table invoices drop constraint invoices_supplier_id_number_key;
create unique index invoices_paper on invoices (supplier_id, app.invoice_key(number), (extract(year from invoice_date))) where status <> 'cancelled';
create index invoices_number on invoices (supplier_id, number);
comment on column invoices.number is 'As the paper has it. One paper a supplier and year: blanks, case, signs and words such as "Invoice No" do not make another one; a cancelled draft frees its number.';

alter table invoice_lines drop constraint invoice_lines_quantity_check,
  add constraint invoice_lines_quantity_check check (quantity <> 0 and abs(quantity) < 1000000000);
comment on column invoice_lines.quantity is 'Below zero: goods or deposits that went back, a credit note.';
alter table stock_movements drop constraint stock_movements_kind_check,
  add constraint stock_movements_kind_check check (kind in ('purchase', 'return', 'sale', 'void', 'waste', 'count', 'transfer', 'production'));

create trigger guard_unit before update of unit on ingredients for each row when (new.unit is distinct from old.unit) execute function app.guard_ingredient_unit();
create trigger guard_used before update of unit, factor or delete on ingredient_units for each row execute function app.guard_used_unit();

alter table modifiers add constraint modifiers_organization_id_id_key unique (organization_id, id);
alter table recipes add column modifier_id uuid,
  add constraint recipes_modifier_fkey foreign key (organization_id, modifier_id) references modifiers (organization_id, id) on delete cascade,
  drop constraint makes_one_thing,
  add constraint makes_one_thing check (num_nonnulls(menu_item_id, ingredient_id, modifier_id) <= 1);
create index recipes_modifier_all on recipes (organization_id, modifier_id);
create unique index recipes_modifier on recipes (modifier_id) where is_active;
comment on column recipes.modifier_id is 'What a choice takes besides its dish: extra cheese.';

-- down
drop index recipes_modifier, recipes_modifier_all;
alter table recipes drop constraint makes_one_thing, drop column modifier_id, add constraint makes_one_thing check (num_nonnulls(menu_item_id, ingredient_id) <= 1);
alter table modifiers drop constraint modifiers_organization_id_id_key;
drop trigger guard_used on ingredient_units;
drop trigger guard_unit on ingredients;
drop index invoices_number, invoices_paper;
alter table invoices add constraint invoices_supplier_id_number_key unique (supplier_id, number);
