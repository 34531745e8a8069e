-- Settings of a house are for its people: a login that has proved nothing (a throw-away one costs no address) reads no row of organizations.
-- up
drop policy member_select on organizations;
create policy member_select on organizations for select to authenticated
  using (is_active and not (select app.is_stranger()) and (id = (select auth.user_organization_id()) or id = (select app.only_organization())));

-- down
drop policy member_select on organizations;
create policy member_select on organizations for select to authenticated
  using (is_active and (id = (select auth.user_organization_id()) or id = (select app.only_organization())));
