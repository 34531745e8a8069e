-- Who registers in a house with one organization belongs to it.
-- up
alter table users add column organization_by_default boolean not null default false;
comment on column users.organization_by_default is 'Belongs to the tenant''s only organization because there was no other; lifted when a second one is made.';
grant select (organization_by_default) on users to authenticated, service_role;
create trigger join_only_organization before insert on users for each row execute function app.join_only_organization();
create trigger release_members_by_default after insert on organizations for each statement execute function app.release_members_by_default();
-- no session ends and no trail is written: nobody did this
alter table users disable trigger user;
update users set organization_id = app.only_organization(), organization_by_default = true
where organization_id is null and role = 'customer' and app.only_organization() is not null;
alter table users enable trigger user;

-- down
update users set organization_id = null where organization_by_default and role = 'customer';
drop trigger release_members_by_default on organizations;
drop trigger join_only_organization on users;
alter table users drop column organization_by_default;
