-- What an admin writes into the tables is priced as the functions price it: a total that is sent is compared, one that is not is filled in.

create or replace function app.price_written_ticket() returns trigger
language plpgsql security definer
as $$
declare
  v_price jsonb;
begin
  perform app.refuse_unless_admin(new.organization_id);
  if new.status not in ('pending', 'confirmed') then
    perform app.fail(422, 'A ticket begins pending or confirmed.', 'status');
  end if;
  perform app.checked_slot(new.slot);
  perform app.checked_pool_date(new.organization_id, new.ticket_date, new.slot);
  if new.adults not between 0 and 50 or new.children not between 0 and 50 or new.adults + new.children not between 1 and 50 then
    perform app.fail(400, 'A ticket is for 1 to 50 people.', 'adults', '{"max": 50}');
  end if;
  v_price := app.price_pool_ticket(new.organization_id, new.ticket_date, new.slot, new.adults, new.children);
  if v_price is null then
    perform app.fail(404, 'This slot has no price yet.', 'slot');
  end if;
  if new.total_price is not null and new.total_price <> (v_price ->> 'total_price')::numeric then
    perform app.fail(400, format('The ticket costs %s %s.', v_price ->> 'total_price', v_price ->> 'currency'), 'total_price',
      jsonb_build_object('total_price', v_price -> 'total_price', 'given', new.total_price));
  end if;
  new.total_price := (v_price ->> 'total_price')::numeric;
  new.tax_amount := (v_price ->> 'tax_amount')::numeric;
  new.currency := v_price ->> 'currency';
  new.created_by := auth.uid();
  new.cancellation_policy_id := (select coalesce(s.cancellation_policy_id, app.terms_for(new.organization_id, 'pool')) from pool_slots s
                                 where s.organization_id = new.organization_id and s.slot = new.slot);
  perform app.expire_pool_holds(new.organization_id, new.ticket_date);
  perform app.lock_places(new.organization_id, new.ticket_date, new.slot);
  return new;
end $$;

create or replace function app.price_written_membership() returns trigger
language plpgsql security definer
as $$
declare
  v_plan record;
begin
  perform app.refuse_unless_admin(new.organization_id);
  if new.status not in ('pending', 'active') then
    perform app.fail(422, 'A membership begins pending or active.', 'status');
  end if;
  select p.monthly_price, p.max_members, p.guest_passes into v_plan from pool_membership_plans p
  where p.organization_id = new.organization_id and p.type = new.type and p.billing_cycle = new.billing_cycle and p.is_active;
  if not found then
    perform app.fail(404, 'There is no such membership.', 'type');
  end if;
  if new.monthly_price is not null and new.monthly_price <> v_plan.monthly_price then
    perform app.fail(400, format('This membership costs %s a month.', v_plan.monthly_price), 'monthly_price',
      jsonb_build_object('monthly_price', v_plan.monthly_price, 'given', new.monthly_price));
  end if;
  new.monthly_price := v_plan.monthly_price;
  new.max_members := v_plan.max_members;
  new.guest_passes_per_period := v_plan.guest_passes;
  new.created_by := auth.uid();
  return new;
end $$;

-- The holder with a card, and the first period: paid where the row says that the membership is active, else due.
create or replace function app.complete_membership() returns trigger
language plpgsql security definer
as $$
declare
  v_period record;
  v_active boolean := new.status = 'active';
begin
  if exists (select from membership_members m where m.membership_id = new.id) then
    return null;
  end if;
  insert into membership_members (organization_id, membership_id, full_name, is_holder)
  values (new.organization_id, new.id, coalesce((select nullif(trim(c.full_name), '') from customers c where c.id = new.customer_id),
            (select coalesce(nullif(trim(u.full_name), ''), nullif(trim(concat_ws(' ', u.first_name, u.last_name)), '')) from users u where u.id = new.user_id), 'Member'), true);
  select * into v_period from app.membership_period(new.start_date, new.billing_cycle, new.monthly_price, app.stored_decimals(new.currency));
  insert into membership_periods (organization_id, membership_id, starts_on, ends_on, amount, explanation, status, paid_at)
  values (new.organization_id, new.id, new.start_date, v_period.ends_on, v_period.amount, v_period.explanation,
          case when v_active then 'paid' else 'due' end, case when v_active then now() end);
  if v_active then
    update pool_memberships set paid_until = coalesce(paid_until, v_period.ends_on), guest_passes_remaining = greatest(guest_passes_remaining, guest_passes_per_period)
    where id = new.id;
  end if;
  perform app.sign_cards(new.id);
  return null;
end $$;
grant execute on function app.price_written_ticket(), app.price_written_membership(), app.complete_membership() to authenticated, service_role;
