-- SECURITY DEFINER: a person's rows lie in tables of every module, and in the audit trail. Rights are checked here.
create or replace function api.erase_customer(p_customer_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_customer record;
  -- a guest erases themselves through erase_my_data, which says for whom it acts
  v_self boolean := coalesce(p_customer_id::text = current_setting('app.acting_customer', true), false);
  v_ids uuid[];
  v_login uuid;
  v_erase_login boolean;
  v_columns text[];
  v_touched jsonb := '{}';
  v_contacts text[];
  v_words text[];
  v_since timestamptz;
  v_count int;
  v_result jsonb := '{}';
begin
  select c.* into v_customer from customers c where c.id = p_customer_id for update;
  if not found or not (v_self or app.works_for(v_customer.organization_id, 'customers', 'read')) then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  if not v_self then
    perform app.require_work(v_customer.organization_id, 'customers', 'delete');
  end if;
  if v_customer.erased_at is not null then
    return jsonb_build_object('customer_id', p_customer_id, 'erased', v_result);
  end if;
  -- duplicates merged into this one hold the same person's data
  v_ids := array(with recursive same as (
    select p_customer_id as id union select c.id from customers c join same s on c.merged_into = s.id) select id from same);
  v_contacts := array(select x from customers c, unnest(array[c.email, app.normalize_phone(c.phone, app.phone_country(c.organization_id))]) x where c.id = any (v_ids) and x is not null);
  v_words := v_contacts || array(select x from customers c, unnest(array[c.phone, c.full_name]) x where c.id = any (v_ids) and x is not null);
  select min(c.created_at) into v_since from customers c where c.id = any (v_ids);
  -- a login that other organizations know as well, or that works here, stays
  v_login := coalesce((select u.id from users u where u.id = v_customer.user_id and u.role = 'customer'),
    -- an account under the same address, that was never tied to this card or never confirmed
    (select u.id from users u where u.email = any (v_contacts) and u.role = 'customer' and u.deleted_at is null));
  v_erase_login := v_login is not null
    and not exists (select from customers c where c.user_id = v_login and c.id <> all (v_ids) and c.deleted_at is null);

  if v_erase_login then
    v_words := v_words || array(select x from users u, unnest(array[u.email, u.phone, u.full_name]) x where u.id = v_login and x is not null);
    v_contacts := v_contacts || array(select x from users u, unnest(array[u.email, app.normalize_phone(u.phone, app.phone_country(v_customer.organization_id))]) x where u.id = v_login and x is not null);
    select least(v_since, u.created_at) into v_since from users u where u.id = v_login;
  end if;
  perform set_config('app.rewriting_person', 'on', true);
  select * into v_result, v_touched from app.erase_rows_about(v_ids, v_login, v_erase_login, v_customer.organization_id, v_result, v_touched);
  if v_contacts <> '{}' then
    select * into v_result, v_touched from app.erase_rows_addressed(v_contacts, v_customer.organization_id, v_result, v_touched);
  end if;
  for v_level in 1 .. 4 loop
    select * into v_result, v_touched from app.erase_rows_below(v_result, v_touched);
  end loop;
  perform app.erase_money_words(v_touched, v_customer.organization_id);
  v_result := app.erase_signatures(v_ids, v_customer.date_of_birth, v_customer.organization_id, v_result);

  v_columns := array['full_name', 'first_name', 'last_name', 'email', 'phone', 'date_of_birth', 'locale', 'notes', 'tags', 'metadata', 'user_id'];
  update customers c set
    full_name = 'Erased customer', first_name = null, last_name = null, email = null, phone = null, date_of_birth = null, locale = null,
    notes = null, tags = '{}', metadata = '{}', marketing_consent = false, loyalty_points = 0, user_id = null,
    erased_at = now(), deleted_at = coalesce(c.deleted_at, now())
  where c.id = any (v_ids);
  get diagnostics v_count = row_count;
  v_result := v_result || jsonb_build_object('customers', v_count);
  update audit_logs l set old_data = l.old_data - v_columns, new_data = l.new_data - v_columns
  where l.record_id = any (v_ids) and l.table_name = 'customers';

  if v_erase_login then
    perform app.erase_login(v_login);
    v_result := v_result || '{"users": 1}';
  end if;
  perform app.shred_traces(app.person_pattern(v_words), v_customer.organization_id, v_since);
  perform set_config('app.rewriting_person', '', true);
  -- messages that were written to disk, found by hashes of what they are addressed to: this job outlives the person
  if v_contacts <> '{}' then
    perform app.enqueue('erase_outbox', jsonb_build_object('hashes', (
      select jsonb_agg(distinct encode(sha256(convert_to(lower(w), 'UTF8')), 'hex')) from unnest(v_words) w where w !~ '\s')));
  end if;

  -- messages that wait, and those that were sent
  delete from maitred.jobs j
  where j.tenant = current_schema() and j.status <> 'running'
    and (j.payload ->> 'customer_id' = any (v_ids::text[]) or (v_erase_login and j.payload ->> 'user_id' = v_login::text));
  perform app.log_security_event('erase', 'warning',
    -- the reason does not say the name again, not in part either
    case when p_reason ~* app.person_pattern(array(select unnest(regexp_split_to_array(w, '[\s@]+')) from unnest(v_words) w)) then 'A customer was erased'
         else coalesce(p_reason, 'A customer was erased') end, auth.uid(),
    jsonb_build_object('customer_id', p_customer_id, 'rows', v_result), v_customer.organization_id);
  return jsonb_build_object('customer_id', p_customer_id, 'erased', v_result);
end $$;
comment on function api.erase_customer(uuid, text) is
  'Managers: shreds what identifies a customer in every table, the audit trail included; bookings and payments stay, without a name. Cannot be undone. Answers with the rows changed per table.
answers {"customer_id": "uuid", "erased": {"*": "int"}}';
grant execute on function api.erase_customer(uuid, text) to authenticated, service_role;
