-- What functions decide is written by functions (app/core/decided_columns.sql); and a contact that only a visitor wrote down is marked.
-- up
alter table customers add column contact_claimed boolean not null default false;
comment on column customers.contact_claimed is 'A visitor wrote address and number; nobody has vouched that they belong together, or to the login.';
-- before this, a login that had proved nothing could carry somebody else's number
alter table customers disable trigger user;
update customers c set contact_claimed = true
where c.user_id is not null and c.deleted_at is null and num_nonnulls(c.email, c.phone) > 0
  and not exists (select from users u where u.id = c.user_id
                  and ((u.email_verified or u.email_confirmed_at is not null) and u.email is not distinct from c.email
                       or u.phone_confirmed_at is not null and regexp_replace(u.phone, '[^0-9+]', '', 'g') = c.phone));
alter table customers enable trigger user;

-- down
alter table customers drop column contact_claimed;
