create function api.unblock_chalet(p_block_id uuid) returns void
language plpgsql
as $$
declare
  k record;
begin
  select * into k from chalet_blocks where id = p_block_id;
  if k.id is null or not app.works_for(k.organization_id, 'stays', 'read') then
    perform app.fail(404, 'There is no such block.', 'p_block_id');
  end if;
  if k.kind = 'ical' then
    perform app.fail(422, 'These nights were taken on another portal.', 'p_block_id', '{}', 'Cancel them there; the calendar brings it here.');
  end if;
  perform app.require_work(k.organization_id, 'stays', 'delete');
  delete from chalet_blocks where id = p_block_id;
end $$;
comment on function api.unblock_chalet(uuid) is 'Managers: opens the nights of a block again, with whatever note it had. Nights of another calendar are opened there.';
grant execute on function api.unblock_chalet(uuid) to authenticated, service_role;
