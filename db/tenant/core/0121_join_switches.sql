-- staff.is_active and users.is_active say one thing. What visitors need not read of an organization is not shown to them.
-- up
create trigger switch_user after update of is_active on staff for each row when (old.is_active is distinct from new.is_active) execute function app.switch_user();
create trigger switch_staff after update of is_active on users for each row when (old.is_active is distinct from new.is_active) execute function app.switch_user();
update users u set is_active = false from staff s where s.id = u.id and not s.is_active and u.is_active and u.role <> 'customer';
update staff s set is_active = false from users u where u.id = s.id and not u.is_active and s.is_active;
revoke select on organizations from anon;
grant select (id, name, slug, description, email, phone, address, currency, locale, timezone, prices_include_tax, default_tax_rate, business_day_cutoff,
              is_active, created_at, updated_at) on organizations to anon;

-- down
grant select on organizations to anon;
drop trigger switch_staff on users;
drop trigger switch_user on staff;
