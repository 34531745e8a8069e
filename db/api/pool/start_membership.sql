-- SECURITY DEFINER: customers buy without a right on the tables. Checks who asks, for whom, and every value itself.
create function api.start_membership(
  p_type text, p_billing_cycle text, p_start_date date default null, p_members jsonb default '[]', p_guest_details jsonb default '{}',
  p_customer_id uuid default null, p_user_id uuid default null, p_auto_renew boolean default true, p_total_price numeric default null,
  p_payment_method text default null, p_organization_id uuid default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_staff boolean := app.works_for(v_organization, 'memberships', 'create');
  v_today date := app.organization_today(v_organization);
  v_start date := coalesce(p_start_date, v_today);
  v_members jsonb := coalesce(nullif(p_members, 'null'), '[]');
  v_plan record;
  v_buyer record;
  v_period record;
  v_currency text := app.organization_currency(v_organization);
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('start_membership');
  if not v_staff and not app.shops_at(v_organization) then
    perform app.refuse_stranger('Sign in to become a member.');
  end if;
  perform app.lock_key('membership', p_idempotency_key);
  select id into v_id from pool_memberships
  where organization_id = v_organization and idempotency_key = p_idempotency_key and created_by is not distinct from auth.uid();
  if found then
    return app.membership_json(v_id);
  end if;

  if p_type is null or p_type not in ('individual', 'family', 'corporate', 'vip') then
    perform app.fail(400, 'A membership is individual, family, corporate or vip.', 'p_type');
  end if;
  if p_billing_cycle is null or p_billing_cycle not in ('monthly', 'quarterly', 'annually') then
    perform app.fail(400, 'It is paid monthly, quarterly or annually.', 'p_billing_cycle');
  end if;
  if not isfinite(v_start) or v_start < v_today then
    perform app.fail(400, 'This day is past.', 'p_start_date', jsonb_build_object('today', v_today));
  end if;
  if v_start > v_today + 366 then
    perform app.fail(400, 'A membership begins within a year.', 'p_start_date');
  end if;
  select * into v_plan from pool_membership_plans
  where organization_id = v_organization and type = p_type and billing_cycle = p_billing_cycle and is_active;
  if not found then
    perform app.fail(404, 'There is no such membership.', 'p_type');
  end if;
  if jsonb_typeof(v_members) <> 'array' or jsonb_array_length(v_members) > 1000 or exists (
       select from jsonb_array_elements(v_members) m where jsonb_typeof(m.value) <> 'object' or coalesce(length(trim(m.value ->> 'full_name')), 0) not between 1 and 255
         or (m.value ->> 'date_of_birth') is not null and not coalesce(app.is_date(m.value ->> 'date_of_birth'), false)) then
    perform app.fail(400, 'Members are a list of {"full_name", "date_of_birth"}.', 'p_members');
  end if;
  if jsonb_array_length(v_members) + 1 > v_plan.max_members then
    perform app.fail(400, format('%s is for %s people, the holder included.', v_plan.name, v_plan.max_members), 'p_members', jsonb_build_object('max_members', v_plan.max_members));
  end if;
  select * into v_buyer from app.pool_buyer(v_organization, v_staff, p_user_id, p_customer_id, coalesce(nullif(p_guest_details, 'null'), '{}'), true);
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'membership', current_schema(), v_buyer.customer_id), 0));
  if exists (select from pool_memberships where organization_id = v_organization and type = p_type and status in ('pending', 'active', 'paused')
             and (customer_id = v_buyer.customer_id or user_id = v_buyer.user_id)) then
    perform app.fail(409, 'This person has such a membership already.', 'p_type', '{}', 'Renew it instead.');
  end if;
  select * into v_period from app.membership_period(v_start, p_billing_cycle, v_plan.monthly_price, app.stored_decimals(v_currency));
  if p_total_price is not null and p_total_price is distinct from v_period.amount then
    perform app.fail(400, format('The first period costs %s %s.', v_period.amount, v_currency), 'p_total_price', jsonb_build_object('total_price', v_period.amount, 'given', p_total_price));
  end if;

  insert into pool_memberships (organization_id, user_id, customer_id, type, billing_cycle, status, start_date, end_date, monthly_price, currency, max_members,
    guest_passes_per_period, auto_renew, created_by, idempotency_key)
  values (v_organization, v_buyer.user_id, v_buyer.customer_id, p_type, p_billing_cycle, case when v_period.amount = 0 then 'active' else 'pending' end, v_start,
    case when not coalesce(p_auto_renew, true) then v_period.ends_on end, v_plan.monthly_price, v_currency, v_plan.max_members,
    v_plan.guest_passes, coalesce(p_auto_renew, true), auth.uid(), p_idempotency_key)
  returning id into v_id;
  insert into membership_members (organization_id, membership_id, full_name, is_holder) values (v_organization, v_id, v_buyer.full_name, true);
  insert into membership_members (organization_id, membership_id, full_name, date_of_birth)
  select v_organization, v_id, trim(m ->> 'full_name'), (m ->> 'date_of_birth')::date from jsonb_array_elements(v_members) m;
  insert into membership_periods (organization_id, membership_id, starts_on, ends_on, amount, explanation)
  values (v_organization, v_id, v_start, v_period.ends_on, v_period.amount, v_period.explanation);
  perform app.settle_membership(v_id);
  if app.online_provider(v_organization) is null then
    perform app.sign_cards(v_id);
  end if;
  perform app.pay_at_desk(v_organization, 'membership', v_id, v_period.amount, p_payment_method, v_staff, v_buyer.user_id, v_buyer.customer_id);
  return app.membership_json(v_id);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('start_membership', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.start_membership(text, text, date, jsonb, jsonb, uuid, uuid, boolean, numeric, text, uuid, text) is
  'A membership from p_start_date (null: today) to the end of a calendar month, the first month paid by the day. It is pending until "due" is paid; the desk may take the money with p_payment_method. p_members: further people, [{"full_name", "date_of_birth"}]. Amounts are decimal.
answers "membership"';
grant execute on function api.start_membership(text, text, date, jsonb, jsonb, uuid, uuid, boolean, numeric, text, uuid, text) to anon, authenticated, service_role;
