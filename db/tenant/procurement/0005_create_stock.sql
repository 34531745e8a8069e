-- What is there. A sale only adds a movement and waits for nobody: the level is what was there at the last round plus the
-- movements since, and app.maintain_procurement() folds them in once a day.
-- up
create table stock_levels (
  organization_id uuid not null references organizations,
  store_id        uuid not null,
  ingredient_id   uuid not null,
  quantity        numeric not null default 0,
  reorder_level   numeric check (reorder_level >= 0),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  primary key (store_id, ingredient_id),
  foreign key (organization_id, store_id) references stores (organization_id, id) on delete cascade,
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id) on delete cascade
);
create index stock_levels_store on stock_levels (organization_id, store_id);
create index stock_levels_ingredient on stock_levels (organization_id, ingredient_id);
comment on table stock_levels is 'What was there at the last round, in base units; get_stock_levels() adds the movements since.';
comment on column stock_levels.reorder_level is 'For this store, instead of that of the ingredient.';
create trigger fill_organization before insert or update of store_id on stock_levels
  for each row execute function app.fill_organization('stores', 'store_id');
call app.secure_table('stock_levels', 'stock', p_actions => array['select']);

create table stock_movements (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  store_id        uuid not null,
  ingredient_id   uuid not null,
  kind            text not null check (kind in ('purchase', 'sale', 'void', 'waste', 'count', 'transfer', 'production')),
  quantity        numeric not null check (quantity <> 0),
  unit_cost       numeric,
  order_line_id   uuid,
  invoice_line_id uuid,
  note            text,
  created_by      uuid,
  is_counted      boolean not null default false,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, store_id) references stores (organization_id, id),
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id),
  foreign key (organization_id, invoice_line_id) references invoice_lines (organization_id, id)
);
create index stock_movements_open on stock_movements (store_id, ingredient_id) include (quantity) where not is_counted;
create index stock_movements_store on stock_movements (organization_id, store_id, created_at desc);
create index stock_movements_ingredient on stock_movements (organization_id, ingredient_id, created_at desc);
create index stock_movements_order_line on stock_movements (order_line_id) where order_line_id is not null;
create index stock_movements_invoice_line on stock_movements (organization_id, invoice_line_id);
comment on table stock_movements is 'Everything that came into a store or left it, in base units: in positive, out negative.';
comment on column stock_movements.order_line_id is 'The sale that took it; no foreign key, because old orders leave for the archive.';
comment on column stock_movements.is_counted is 'Folded into stock_levels.';
create trigger guard_change before update or delete on stock_movements for each row execute function app.guard_stock_movement();
call app.secure_table('stock_movements', 'stock', p_actions => array['select']);
revoke insert, update, delete, truncate on stock_movements from service_role;

-- A line that is sold takes what its recipe says; one that is voided gives back what it took.
create trigger take_stock_insert after insert on order_lines for each row
  when (new.menu_item_id is not null and new.status not in ('draft', 'cancelled') and new.deleted_at is null)
  execute function app.order_line_takes_stock();
create trigger take_stock_update after update of status, quantity, deleted_at on order_lines for each row
  when (new.menu_item_id is not null
        and case when old.status in ('draft', 'cancelled') or old.deleted_at is not null then 0 else old.quantity end
            <> case when new.status in ('draft', 'cancelled') or new.deleted_at is not null then 0 else new.quantity end)
  execute function app.order_line_takes_stock();
create trigger take_stock_delete after delete on order_lines for each row
  when (old.menu_item_id is not null and old.status not in ('draft', 'cancelled') and old.deleted_at is null)
  execute function app.order_line_takes_stock();

-- down
drop trigger take_stock_insert on order_lines;
drop trigger take_stock_update on order_lines;
drop trigger take_stock_delete on order_lines;
drop table stock_movements;
drop table stock_levels;
