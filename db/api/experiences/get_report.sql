create function api.get_report(
  p_report_type text,
  p_parameters jsonb default '{}',
  p_ttl interval default '15 minutes',
  p_organization_id uuid default null)
returns jsonb
language plpgsql
as $$
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id);
  v_kept record;
begin
  if cardinality(v_organizations) <> 1 then
    perform app.fail(400, 'Say which organization you mean.', 'p_organization_id');
  end if;
  select c.data, c.created_at, c.expires_at, c.snapshot, c.made_by into v_kept
  from reports_cache c
  where c.organization_id = v_organizations[1] and c.report_type = p_report_type and c.parameters = coalesce(p_parameters, '{}')
    and c.expires_at > now();
  if found and app.report_is_fresh(v_organizations[1], v_kept.snapshot, v_kept.made_by) then
    return jsonb_build_object('cached', true, 'created_at', v_kept.created_at, 'expires_at', v_kept.expires_at, 'data', v_kept.data);
  end if;
  if coalesce(p_report_type, '') not in ('revenue', 'booking', 'customer', 'custom') then
    perform app.fail(404, 'There is no such report, or it is out of date.', 'p_report_type');
  end if;
  return api.cache_report(p_report_type, p_parameters, null, p_ttl, v_organizations[1]);
end $$;
comment on function api.get_report(text, jsonb, interval, uuid) is
  'A report from the cache when nothing under it has changed, else computed and kept: {cached, created_at, expires_at, data}.
answers "report"';
grant execute on function api.get_report(text, jsonb, interval, uuid) to authenticated, service_role;
