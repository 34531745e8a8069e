-- SECURITY DEFINER: as get_payouts.
create function api.get_payout(p_payout_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := (select organization_id from payouts where id = p_payout_id);
begin
  if v_organization is null or not app.works_for(v_organization, 'ledger', 'read') then
    perform app.fail(404, 'There is no such payout.', 'p_payout_id');
  end if;
  return app.payout_json(p_payout_id);
end $$;
comment on function api.get_payout(uuid) is 'Finance: a payout with each line beside what the books have for it (booked; null: nothing of that name).
answers "payout"';
grant execute on function api.get_payout(uuid) to authenticated, service_role;
