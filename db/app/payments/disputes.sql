-- Disputes in the ledger: while the bank decides, the money is neither here nor lost.
--   withdrawn      disputed  <- online        given back    online <- disputed
--   lost           losses    <- disputed      won after all disputed <- losses

create or replace function app.dispute_settles() returns trigger
language plpgsql security definer
as $$
declare
  v_booking record;
  v_was_out boolean := tg_op = 'UPDATE' and old.is_withdrawn;
  v_was_lost boolean := tg_op = 'UPDATE' and old.status = 'lost';
begin
  select p.booking_type, p.booking_id into v_booking from payments p where p.id = new.payment_id;
  if new.is_withdrawn and not v_was_out then
    perform app.post_ledger(new.organization_id, gen_random_uuid(), 'disputed', 'online', new.amount, new.currency, 'dispute: taken back', v_booking.booking_type, v_booking.booking_id, new.payment_id);
  end if;
  if (new.status = 'lost') and not v_was_lost then
    perform app.post_ledger(new.organization_id, gen_random_uuid(), 'losses', 'disputed', new.amount, new.currency, 'dispute: lost', v_booking.booking_type, v_booking.booking_id, new.payment_id);
  elsif v_was_lost and new.status <> 'lost' then
    perform app.post_ledger(new.organization_id, gen_random_uuid(), 'disputed', 'losses', new.amount, new.currency, 'dispute: won after all', v_booking.booking_type, v_booking.booking_id, new.payment_id);
  end if;
  if v_was_out and not new.is_withdrawn then
    perform app.post_ledger(new.organization_id, gen_random_uuid(), 'online', 'disputed', new.amount, new.currency, 'dispute: given back', v_booking.booking_type, v_booking.booking_id, new.payment_id);
  end if;
  return null;
end $$;

-- p_news: {"ref", "payment_ref", "amount", "currency", "state": "open | won | lost", "withdrawn": bool, "reason", "answer_by" (seconds since 1970)}.
create or replace function app.dispute_news(p_payment_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
declare
  v record;
  v_id uuid;
begin
  select p.organization_id, p.currency into v from payments p where p.id = p_payment_id for update;
  if not found or upper(p_news ->> 'currency') <> v.currency then
    return 'unknown';
  end if;
  insert into payment_disputes as d (organization_id, payment_id, provider_ref, amount, currency, status, is_withdrawn, reason, answer_by, closed_at)
  values (v.organization_id, p_payment_id, p_news ->> 'ref', (p_news ->> 'amount')::numeric, v.currency, p_news ->> 'state',
          -- a lost one has been withdrawn, whatever the order in which it is told
          (p_news ->> 'withdrawn')::boolean or p_news ->> 'state' = 'lost', left(p_news ->> 'reason', 500), to_timestamp((p_news ->> 'answer_by')::float8),
          case when p_news ->> 'state' <> 'open' then now() end)
  on conflict (organization_id, provider_ref) do update set
    status = excluded.status, is_withdrawn = excluded.is_withdrawn, answer_by = excluded.answer_by,
    closed_at = case when excluded.status = 'open' then null else coalesce(d.closed_at, now()) end
  where (d.status, d.is_withdrawn) is distinct from (excluded.status, excluded.is_withdrawn)
    and (d.status = 'open' or excluded.status <> 'open')                  -- an older word
  returning d.id into v_id;
  if v_id is not null then
    perform app.tell_roles(v.organization_id, array['owner', 'admin', 'finance'], 'payment_dispute',
      jsonb_build_object('state', p_news ->> 'state', 'amount', p_news ->> 'amount', 'currency', v.currency, 'reason', coalesce(p_news ->> 'reason', '–')),
      p_data => jsonb_build_object('payment_id', p_payment_id, 'dispute_id', v_id), p_about => format('dispute/%s/%s', v_id, p_news ->> 'state'), p_priority => 'high');
  end if;
  return (select d.status from payment_disputes d where d.organization_id = v.organization_id and d.provider_ref = p_news ->> 'ref');
end $$;
comment on function app.dispute_news(uuid, jsonb) is 'For the job worker: what the provider says of a dispute now.';

grant execute on function app.dispute_settles() to anon, authenticated, service_role;
