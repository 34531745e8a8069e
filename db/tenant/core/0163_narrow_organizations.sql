-- Organizations are seen by their own people. Visitors see the house where there is only one, and never its settings; what a page of several
-- needs to know comes from the functions it calls. Staff may be tied to restaurants.
-- up
drop policy public_select on organizations;
create policy public_select on organizations for select to anon using (is_active and id = (select app.only_organization()));
create policy member_select on organizations for select to authenticated
  using (is_active and (id = (select auth.user_organization_id()) or id = (select app.only_organization())));
revoke select on organizations from anon;
grant select (id, name, slug, description, email, phone, address, currency, locale, timezone, prices_include_tax, default_tax_rate, business_day_cutoff,
  is_active, created_at, updated_at) on organizations to anon;
do $$ begin      -- (a server where the auth work of an earlier version had opened it)
  revoke select (password_unproven), insert (password_unproven), update (password_unproven) on users from authenticated, service_role;
exception when undefined_column then null; end $$;

alter table staff add column restaurant_ids uuid[] check (cardinality(restaurant_ids) between 1 and 200);
comment on column staff.restaurant_ids is 'The restaurants this person works in; null: all of the organization. Owners and admins work in all.';
create trigger guard_restaurants before insert or update of restaurant_ids on staff for each row
  when (new.restaurant_ids is not null) execute function app.guard_staff_restaurants();

-- down
drop trigger guard_restaurants on staff;
alter table staff drop column restaurant_ids;
revoke select (id, name, slug, description, email, phone, address, currency, locale, timezone, prices_include_tax, default_tax_rate, business_day_cutoff,
  is_active, created_at, updated_at) on organizations from anon;
grant select on organizations to anon;
drop policy member_select on organizations;
drop policy public_select on organizations;
create policy public_select on organizations for select to anon, authenticated using (is_active);
