-- Who may do what: read by auth.may(), which every policy asks. Rows are data; a tenant may change them.
-- up
create table role_permissions (
  role     text not null check (role in ('super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer')),
  resource text not null,
  action   text not null check (action in ('read', 'create', 'update', 'delete', '*')),
  primary key (role, resource, action)
);
comment on table role_permissions is 'role × resource × action; * stands for all. staff.permissions may narrow it for one person.';

insert into role_permissions (role, resource, action)
select role, resource, action
from (values
  ('super_admin', '*', '*'),
  ('owner',       '*', '*'),
  ('admin',       '*', '*'),
  -- a manager runs the place; the audit trail, security events and credentials stay with admins
  ('manager', 'organizations users',                                                     'read'),
  ('manager', 'staff customers settings notifications media menu tables sessions orders kitchen reservations'
              ' payments credits chalets stays pool memberships venues games bookings waivers'
              ' schedules clock onboarding procurement recipes reports bots activity',   '*'),
  ('manager', 'ledger',                                                                  'read'),
  ('finance', 'organizations users staff customers menu tables sessions orders reservations chalets stays pool memberships'
              ' venues games bookings reports ledger clock schedules settings',          'read'),
  ('finance', 'payments credits procurement',                                            '*'),
  ('staff',   'organizations menu tables chalets venues games memberships recipes settings schedules media', 'read'),
  ('staff',   'customers bookings stays pool waivers reservations sessions orders kitchen clock', 'read create update'),
  ('staff',   'payments',                                                                'read create'),
  ('waiter',  'organizations menu settings schedules media',                             'read'),
  ('waiter',  'tables sessions orders kitchen reservations clock',                       'read create update'),
  ('waiter',  'customers payments',                                                      'read create'),
  ('kitchen', 'organizations tables orders recipes settings schedules media',            'read'),
  ('kitchen', 'menu kitchen',                                                            'read update'),
  ('kitchen', 'clock',                                                                   'read create update')
) as t(role, resources, actions),
  lateral string_to_table(resources, ' ') as resource,
  lateral string_to_table(actions, ' ') as action;

call app.secure_table('role_permissions', 'settings', p_organization => null, p_actions => array['select']);
create policy admin_write on role_permissions for all to authenticated
  using ((select auth.runs_tenant()))
  with check ((select auth.runs_tenant()) and role not in ('super_admin', 'owner'));
grant insert, update, delete on role_permissions to authenticated;

call app.secure_table('organizations', 'organizations', p_organization => 'id', p_public => 'is_active',
  p_actions => array['select', 'update']);

-- down
drop table role_permissions;
