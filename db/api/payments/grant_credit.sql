-- SECURITY DEFINER: credits are written by functions only. Rights are checked here.
create or replace function api.grant_credit(
  p_amount numeric,
  p_customer_id uuid default null,
  p_code text default null,
  p_reason text default null,
  p_source text default 'goodwill',
  p_expires_at timestamptz default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_user uuid;
  v_organization uuid := auth.user_organization_id();
  v_id uuid;
begin
  if p_customer_id is not null then
    select c.organization_id, c.user_id into v_organization, v_user from customers c where c.id = p_customer_id and c.deleted_at is null;
    if not found or not app.works_for(v_organization, 'customers', 'read') then
      perform app.fail(404, 'There is no such customer.', 'p_customer_id');
    end if;
  elsif nullif(trim(p_code), '') is null then
    perform app.fail(400, 'Name a customer, or a code for a voucher.', 'p_customer_id');
  end if;
  if v_organization is null then
    v_organization := app.pick_organization();
  end if;
  perform app.require_work(v_organization, 'credits', 'create');
  if p_amount is null or p_amount <= 0 then
    perform app.fail(400, 'Credit has an amount above zero.', 'p_amount');
  end if;
  if p_source is null or p_source not in ('goodwill', 'loyalty', 'purchase') then
    perform app.fail(400, 'Credit is given as goodwill, loyalty or purchase.', 'p_source');
  end if;
  if p_expires_at <= now() then
    perform app.fail(400, 'Credit expires in the future.', 'p_expires_at');
  end if;
  if upper(trim(p_code)) !~ '^[A-Z0-9-]{4,40}$' and trim(p_code) <> '' then
    perform app.fail(400, 'A code has 4 to 40 letters, digits and dashes.', 'p_code');
  end if;
  if exists (select from user_credits c where c.organization_id = v_organization and c.code = upper(trim(p_code))) then
    perform app.fail(409, 'There is a voucher with this code already.', 'p_code');
  end if;
  v_id := app.grant_credit(v_organization, v_user, p_customer_id, p_amount, null,
                           p_source, p_reason, p_code, p_expires_at);
  return (select jsonb_build_object('id', c.id, 'code', c.code, 'amount', c.amount, 'remaining', c.remaining, 'currency', c.currency,
                                    'expires_at', c.expires_at) from user_credits c where c.id = v_id);
end $$;
comment on function api.grant_credit(numeric, uuid, text, text, text, timestamptz) is
  'Managers and finance: gives credit (decimal) to a customer, or makes a voucher with a code. With p_source "purchase" the voucher is owed: take its money with record_payment(''voucher'', id, …).
answers {"...": "user_credits(id, code, amount, currency, remaining, expires_at)"}';
grant execute on function api.grant_credit(numeric, uuid, text, text, text, timestamptz) to authenticated, service_role;
