-- SECURITY DEFINER: clients do not write reports_cache. Who may read reports may have one kept.
create function api.cache_report(
  p_report_type text,
  p_parameters jsonb default '{}',
  p_data jsonb default null,
  p_ttl interval default '15 minutes',
  p_organization_id uuid default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id);
  v_parameters jsonb := coalesce(p_parameters, '{}');
  v_snapshot pg_snapshot := pg_current_snapshot();    -- before the report is computed: what comes in meanwhile makes it stale
begin
  if cardinality(v_organizations) <> 1 then
    perform app.fail(400, 'Say which organization you mean.', 'p_organization_id');
  end if;
  if nullif(trim(p_report_type), '') is null or length(p_report_type) > 100 then
    perform app.fail(400, 'A report has a type of at most 100 characters.', 'p_report_type');
  end if;
  if jsonb_typeof(v_parameters) <> 'object' or length(v_parameters::text) > 8000 then
    perform app.fail(400, 'Parameters are an object.', 'p_parameters');
  end if;
  if p_ttl is null or p_ttl not between interval '1 second' and interval '7 days' then
    perform app.fail(400, 'A report is kept from a second to a week.', 'p_ttl');
  end if;
  if p_report_type in ('revenue', 'booking', 'customer', 'custom') then
    if p_data is not null then
      perform app.fail(400, 'This report is computed here; it takes no data.', 'p_data');
    end if;
    p_data := app.compute_report(p_report_type, v_parameters, v_organizations[1]);
  elsif p_data is null or length(p_data::text) > 4000000 then
    perform app.fail(400, 'A report of your own type brings its data, up to 4 MB.', 'p_data');
  end if;
  delete from reports_cache c where c.organization_id = v_organizations[1] and c.expires_at <= now();
  insert into reports_cache as c (organization_id, report_type, parameters, data, snapshot, expires_at)
  values (v_organizations[1], p_report_type, v_parameters, p_data, v_snapshot, now() + p_ttl)
  on conflict (organization_id, report_type, parameters) do update
    set data = excluded.data, snapshot = excluded.snapshot, made_by = excluded.made_by, created_at = now(), expires_at = excluded.expires_at;
  return jsonb_build_object('cached', false, 'created_at', now(), 'expires_at', now() + p_ttl, 'data', p_data);
end $$;
comment on function api.cache_report(text, jsonb, jsonb, interval, uuid) is
  'Computes a report (revenue, booking, customer, custom) and keeps the result under its parameters until p_ttl is over or a booking under it changes. Parameters as in the report''s function, without p_: {"start_date": …, "end_date": …, "venue_id": …}. Other types bring their data.
answers "report"
shape report {"cached": "boolean", "created_at": "instant", "expires_at": "instant", "data": "json"}';
grant execute on function api.cache_report(text, jsonb, jsonb, interval, uuid) to authenticated, service_role;
