create function api.block_chalet(p_chalet_id uuid, p_from date, p_to date, p_kind text default 'maintenance', p_note text default null, p_block_id uuid default null) returns jsonb
language plpgsql
as $$
declare
  v_organization uuid := (select c.organization_id from chalets c where c.id = p_chalet_id);
  k record;
begin
  if v_organization is null or not app.works_for(v_organization, 'stays', 'read') then
    perform app.fail(404, 'There is no such chalet.', 'p_chalet_id');
  end if;
  if p_kind is null or p_kind not in ('maintenance', 'owner') then
    perform app.fail(400, 'Nights are closed for maintenance or for the owner.', 'p_kind');
  end if;
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  if p_from is null or p_to is null or p_to <= p_from or p_to - p_from > 730 then
    perform app.fail(400, 'A block is one night or more, two years at most.', 'p_to');
  end if;
  if length(p_note) > 2000 then
    perform app.fail(400, 'A note has at most 2000 characters.', 'p_note');
  end if;
  perform app.require_work(v_organization, 'stays', case when p_block_id is null then 'create' else 'update' end);
  if p_block_id is null then
    insert into chalet_blocks (organization_id, chalet_id, start_date, end_date, kind, note) values (v_organization, p_chalet_id, p_from, p_to, p_kind, nullif(trim(p_note), '')) returning * into k;
  else
    update chalet_blocks set chalet_id = p_chalet_id, start_date = p_from, end_date = p_to, kind = p_kind, note = nullif(trim(p_note), '')
    where id = p_block_id and organization_id = v_organization and kind <> 'ical' returning * into k;
    if not found then
      perform app.fail(404, 'There is no such block.', 'p_block_id', '{}', 'Nights of another calendar are changed there.');
    end if;
  end if;
  return jsonb_build_object('id', k.id, 'chalet_id', k.chalet_id, 'from', k.start_date, 'to', k.end_date, 'kind', k.kind, 'note', k.note);
end $$;
comment on function api.block_chalet(uuid, date, date, text, text, uuid) is
  'Desk: closes nights of a chalet (p_to is the first that is free again), for maintenance or the owner; with p_block_id moves such a block. Nights that are sold are refused with 409.
answers {"id": "uuid", "chalet_id": "uuid", "from": "date", "to": "date", "kind": "chalet_blocks.kind", "note": "text | null"}
takes {"p_kind": "=maintenance | =owner"}';
grant execute on function api.block_chalet(uuid, date, date, text, text, uuid) to authenticated, service_role;
