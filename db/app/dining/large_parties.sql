-- The service charge of large parties, when their bill is made (app.make_bill). Once a session: who takes it off decides.
create or replace function app.charge_large_party(p_session_id uuid) returns void
language plpgsql security definer
as $$
declare
  v record;
begin
  select r.service_charge_percent as percent, coalesce(r.service_charge_from, 1) as least,
         greatest(coalesce(s.party_size, 0), (select count(*) from session_customers c where c.session_id = s.id and c.deleted_at is null)) as people
    into v from table_sessions s join restaurants r on r.id = s.restaurant_id where s.id = p_session_id;
  if v.percent is null or v.people < v.least
     or exists (select from bill_adjustments a where a.session_id = p_session_id and a.kind = 'service_charge' and a.line_ids is null and a.removed_at is null) then
    return;      -- whoever took one by hand has taken it
  end if;
  insert into bill_adjustments (session_id, kind, percent, reason, is_automatic)
  values (p_session_id, 'service_charge', v.percent, format('Party of %s', v.people), true)
  on conflict (session_id) where is_automatic do nothing;
  if found then
    perform app.apply_adjustments(p_session_id, null);
  end if;
end $$;
