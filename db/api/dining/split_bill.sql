-- SECURITY DEFINER: guests of the session split their own bill, staff any of their organization.
create or replace function api.split_bill(p_session_id uuid default null, p_method text default 'equal', p_shares jsonb default null) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_id uuid := app.lock_session(p_session_id);
begin
  if p_method is null or p_method not in ('equal', 'guest', 'item', 'amount', 'weight', 'whole') then
    perform app.fail(400, 'Split equal, guest, item, amount or weight.', 'p_method', '{"allowed": ["equal", "guest", "item", "amount", "weight", "whole"]}');
  end if;
  perform app.make_bill(v_id, false, false);
  perform app.write_shares(v_id, p_method, p_shares);
  perform app.settle_shares(v_id);
  return app.bill_answer(v_id);
end $$;
comment on function api.split_bill(uuid, text, jsonb) is
  'Splits the bill equally, by guest, by item (one item n ways too), by amount or by weight; bills the session first when it is open. Paid shares stay. Shares are minor units and always add up to the bill.
answers {"session_id": "uuid", "status?": "table_sessions.status", "bill": "bill", "version": "int"}
takes {"p_method": "=equal | =guest | =item | =amount | =weight | =whole", "p_shares": "int | text[] | split_parts | split_by_lines[] | split_by_amounts[] | split_by_weights[]"}
shape split_parts {"parts": "int"}
shape split_by_lines {"label?": "text", "customer_session_id?": "uuid", "lines": ["uuid | weighed_line"]}
shape weighed_line {"line_id": "uuid", "weight?": "number"}
shape split_by_amounts {"label?": "text", "customer_session_id?": "uuid", "amount": "int"}
shape split_by_weights {"label?": "text", "customer_session_id?": "uuid", "weight": "number"}';
grant execute on function api.split_bill(uuid, text, jsonb) to anon, authenticated, service_role;
