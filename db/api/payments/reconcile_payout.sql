-- SECURITY DEFINER: who reconciles does not write payouts otherwise; the right is checked here.
create function api.reconcile_payout(p_payout_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_payout record;
  v_found jsonb;
begin
  select organization_id, is_complete, status into v_payout from payouts where id = p_payout_id for update;
  if v_payout.organization_id is null or not app.works_for(v_payout.organization_id, 'ledger', 'read') then
    perform app.fail(404, 'There is no such payout.', 'p_payout_id');
  end if;
  perform app.require_work(v_payout.organization_id, 'payments', 'update');
  v_found := app.payout_json(p_payout_id);
  if not (v_found ->> 'agrees')::boolean then
    perform app.fail(409, case when v_payout.status <> 'paid' then 'This payout has not arrived.'
        when not v_payout.is_complete then 'The lines of this payout are not all here yet.'
        when (v_found ->> 'difference')::numeric <> 0 then 'The lines do not add up to the payout.' else 'Some lines differ from the books.' end, 'p_payout_id',
      jsonb_build_object('difference', v_found -> 'difference',
        'lines', (select coalesce(jsonb_agg(l), '[]') from jsonb_array_elements(v_found -> 'lines') l where not (l ->> 'agrees')::boolean)));
  end if;
  update payouts set reconciled_at = coalesce(reconciled_at, now()), reconciled_by = coalesce(reconciled_by, (select u.id from users u where u.id = auth.uid()))
  where id = p_payout_id;
  return app.payout_json(p_payout_id);
end $$;
comment on function api.reconcile_payout(uuid) is
  'Finance: holds every line of a payout against the ledger, to the last cent, and says that it was done. What differs is refused with the lines in the detail.
answers "payout"';
grant execute on function api.reconcile_payout(uuid) to authenticated, service_role;
