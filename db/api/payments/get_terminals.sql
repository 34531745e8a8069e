-- SECURITY DEFINER: who takes money may not read all payments; the right is checked here.
create function api.get_terminals(p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
begin
  perform app.require_work(v_organization, 'payments', 'create');
  return coalesce((
    select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name,
      'payment', (select app.terminal_payment_json(p.id) from payments p where p.terminal_id = t.id and p.way = 'terminal' and p.status = 'pending')) order by t.name)
    from payment_terminals t where t.organization_id = v_organization and t.is_active and (app.payment_account(t.organization_id, t.provider)).account_id is not null), '[]');
end $$;
comment on function api.get_terminals(uuid) is 'Staff: the card terminals that an amount can be sent to, and what each waits for now.
answers [{"id": "uuid", "name": "text", "payment": "terminal_payment | null"}]';
grant execute on function api.get_terminals(uuid) to authenticated, service_role;
