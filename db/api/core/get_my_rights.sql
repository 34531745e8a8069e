-- SECURITY DEFINER: a role need not read the permission table to be told what it says of itself.
create function api.get_my_rights() returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('role', coalesce(auth.claims() ->> 'app_role', auth.app_role()),
    'rights', coalesce(jsonb_object_agg(r.resource, r.actions) filter (where r.actions <> '{}'), '{}'))
  from (select p.resource, array(select a from unnest(array['read', 'create', 'update', 'delete']) a where auth.may(p.resource, a)) as actions
        from (select distinct resource from role_permissions where resource <> '*') p) r;
$$;
comment on function api.get_my_rights() is 'What the person who is signed in may do: by resource the actions, as the permission table gives them and staff.permissions narrows them. For pages, which show what can be done; the functions decide.
answers {"role": "text | null", "rights": {"*": ["text"]}}';
grant execute on function api.get_my_rights() to authenticated, service_role;
