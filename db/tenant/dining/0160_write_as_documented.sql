-- Orders with a snapshot, tickets that stand alone, dishes without a category, rows that do not say which restaurant: as the documents write them.
-- up
call app.fill_what_is_clear();

-- "prepare_order" has named the restaurant; imports by the owner and the service role keep the snapshot as it is.
create trigger price_written_order before insert on orders for each row
  when (new.items <> '[]' and current_user in ('authenticated', 'anon')) execute function app.price_written_order();
create trigger send_written_order after insert on orders for each row
  when (new.items <> '[]' and current_user in ('authenticated', 'anon')) execute function app.send_written_order();

create trigger b_other_category before insert or update of category_id on menu_items for each row
  when (new.category_id is null) execute function app.other_category();

alter table kitchen_orders alter column order_id drop not null;
comment on column kitchen_orders.order_id is 'The order it is made for; null: a ticket that the staff wrote by itself.';
drop trigger fill_place on kitchen_orders;
create trigger fill_place before insert on kitchen_orders for each row when (new.order_id is not null) execute function app.fill_place('orders', 'order_id');
create trigger prepare_ticket before insert on kitchen_orders for each row when (new.order_id is null) execute function app.prepare_ticket();
create policy standing_alone_insert on kitchen_orders for insert to authenticated
  with check (order_id is null and session_id is null and status = 'pending'
              and (organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('kitchen', 'create')));
grant insert (id, restaurant_id, table_id, station, order_number, customer_name, status, kitchen_notes, created_by) on kitchen_orders to authenticated;
create policy standing_alone_insert on kitchen_order_items for insert to authenticated
  with check (order_line_id is null and status = 'pending' and (select auth.may('kitchen', 'create')) and app.ticket_stands_alone(kitchen_order_id));
grant insert (id, kitchen_order_id, menu_item_id, name, quantity, note) on kitchen_order_items to authenticated;

-- down
drop policy standing_alone_insert on kitchen_order_items;
drop policy standing_alone_insert on kitchen_orders;
revoke insert on kitchen_orders, kitchen_order_items from authenticated;
delete from kitchen_orders where order_id is null;
drop trigger prepare_ticket on kitchen_orders;
drop trigger fill_place on kitchen_orders;
create trigger fill_place before insert on kitchen_orders for each row execute function app.fill_place('orders', 'order_id');
alter table kitchen_orders alter column order_id set not null;
drop trigger b_other_category on menu_items;
drop trigger send_written_order on orders;
drop trigger price_written_order on orders;
