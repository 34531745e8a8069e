-- SECURITY DEFINER: publishing passes the guard on the table. Rights are checked here.
create function api.add_shipped_scenarios(p_bot_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := (select b.organization_id from bot_instances b where b.id = p_bot_id);
begin
  if v_organization is null or not app.works_for(v_organization, 'bots', 'read') then
    perform app.fail(404, 'There is no such bot.', 'p_bot_id');
  end if;
  perform app.require_work(v_organization, 'bots', 'update');
  perform app.ship_scenarios(p_bot_id);
  return jsonb_build_object('scenarios', coalesce((
    select jsonb_agg(jsonb_build_object('scenario_id', s.id, 'name', s.name, 'version', s.version, 'status', s.status) order by s.name, s.created_at)
    from bot_scenarios s where s.bot_id = p_bot_id and s.status = 'published'), '[]'));
end $$;
comment on function api.add_shipped_scenarios(uuid) is
  'Managers: gives a bot the scenarios that come with the house (a table, my bookings, joining a table, the menu) as far as it has none of that name, published. Answers with all that are published.
answers {"scenarios": [{"scenario_id": "uuid", "name": "text", "version": "text", "status": "text"}]}';
grant execute on function api.add_shipped_scenarios(uuid) to authenticated, service_role;
