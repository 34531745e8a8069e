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
  v_reference record;
  v_columns text[];
  v_gone record;
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
  -- rows about the person
  for v_reference in
    select r.table_name, bool_or(a.attname = 'organization_id') as has_organization,
           string_agg(distinct format('t.%I = %s', r.column_name, case r.target when 'customers' then 'any ($1)' else '$2' end), ' or ') as condition,
           array_agg(distinct a.attname::text) filter (
             where app.is_personal(a.attname, format_type(a.atttypid, null)) or (r.table_name, a.attname) in (('folios', 'title'), ('payments', 'reference'), ('payments', 'failure_reason'))) as personal
    from app.customer_references() r
    join pg_attribute a on a.attrelid = format('%I.%I', current_schema(), r.table_name)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where r.table_name <> 'auth_identities'      -- deleted below, with the login
    group by r.table_name order by r.table_name
  loop
    continue when v_reference.personal is null;
    v_gone := app.shred_rows(v_reference.table_name, v_reference.personal,
      format('(%s)%s', v_reference.condition, case when v_reference.has_organization and not v_erase_login then ' and t.organization_id = $3' else '' end),
      v_ids, v_login, v_customer.organization_id);
    if v_gone.rows > 0 then
      v_result := v_result || jsonb_build_object(v_reference.table_name, v_gone.rows);
      v_touched := v_touched || jsonb_build_object(v_reference.table_name, coalesce(to_jsonb(v_gone.ids), '[]'));
    end if;
  end loop;
  -- rows nobody tied to the customer, found by their e-mail or phone (a waiting list, a guest at a table)
  if v_contacts <> '{}' then
    for v_reference in
      select c.relname::text as table_name,
             string_agg(format(case when a.attname ~ 'phone$' then 't.%1$I is not null and app.normalize_phone(t.%1$I, app.phone_country($3)) = any ($5)' else 'lower(t.%1$I) = any ($5)' end, a.attname), ' or ')
               filter (where a.attname ~ '(email|phone)$') as condition,
             array_agg(a.attname::text) filter (where app.is_personal(a.attname, format_type(a.atttypid, null))) as personal
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
        and c.relname not in ('users', 'customers', 'organizations', 'restaurants', 'venues', 'suppliers', 'auth_identities', 'mfa_factors')
      group by c.relname
      having bool_or(a.attname = 'organization_id')
         and bool_or(a.attname ~ '(email|phone)$' and format_type(a.atttypid, null) in ('text', 'character varying'))
      order by c.relname
    loop
      v_gone := app.shred_rows(v_reference.table_name, v_reference.personal, format('(%s) and t.organization_id = $3', v_reference.condition),
        p_organization_id => v_customer.organization_id, p_contacts => v_contacts);
      if v_gone.rows > 0 then
        v_result := v_result || jsonb_build_object(v_reference.table_name, v_gone.rows + coalesce((v_result ->> v_reference.table_name)::bigint, 0));
        v_touched := v_touched || jsonb_build_object(v_reference.table_name,
          coalesce(v_touched -> v_reference.table_name, '[]') || coalesce(to_jsonb(v_gone.ids), '[]'));
      end if;
    end loop;
  end if;
  -- rows below those that repeat the name: the order's kitchen ticket, the ticket's items
  for v_level in 1 .. 4 loop
    for v_reference in
      select c.relname::text as table_name, a.attname::text as column_name, v_touched -> p.relname::text as parents,
             (select array_agg(n.attname::text) from pg_attribute n
              where n.attrelid = c.oid and n.attnum > 0 and not n.attisdropped and n.attgenerated = ''
                and (n.attname ~ '^(customer|guest|contact)_' or n.attname ~ '(^|_)(reason|notes?|message|metadata)$')
                and app.is_personal(n.attname, format_type(n.atttypid, null))) as personal
      from pg_constraint f
      join pg_class c on c.oid = f.conrelid and not c.relispartition
      join pg_class p on p.oid = f.confrelid
      cross join lateral unnest(f.conkey, f.confkey) as k (own, far)
      join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
      join pg_attribute fa on fa.attrelid = f.confrelid and fa.attnum = k.far and fa.attname = 'id'
      where f.contype = 'f' and c.relnamespace = current_schema()::regnamespace and v_touched ? p.relname::text
        and c.relname not in ('customers', 'users', 'staff', 'organizations', 'audit_logs')
      order by c.relname, a.attname
    loop
      continue when v_reference.personal is null;
      v_gone := app.shred_rows(v_reference.table_name, v_reference.personal, format('t.%I = any ($4)', v_reference.column_name),
        p_parent_ids => array(select jsonb_array_elements_text(v_reference.parents)::uuid));
      if v_gone.rows > 0 then
        v_result := v_result || jsonb_build_object(v_reference.table_name, v_gone.rows + coalesce((v_result ->> v_reference.table_name)::bigint, 0));
        v_touched := v_touched || jsonb_build_object(v_reference.table_name,
          coalesce((select jsonb_agg(distinct i) from jsonb_array_elements(coalesce(v_touched -> v_reference.table_name, '[]') || coalesce(to_jsonb(v_gone.ids), '[]')) i), '[]'));
      end if;
    end loop;
  end loop;

  -- money that names the booking and not the person
  perform app.shred_rows('payments', array['reference', 'metadata', 'failure_reason', 'provider_data'], 't.booking_type in (select name from booking_types) and t.booking_id = any ($4) and t.organization_id = $3',
    p_organization_id => v_customer.organization_id,
    p_parent_ids => array(select i::uuid from jsonb_each(v_touched) e, jsonb_array_elements_text(e.value) i where jsonb_typeof(e.value) = 'array'));
  perform app.shred_rows('refunds', array['reason', 'failure_reason', 'provider_data'], 't.payment_id in (select p.id from payments p where p.booking_type in (select name from booking_types) and p.booking_id = any ($4)) and t.organization_id = $3',
    p_organization_id => v_customer.organization_id,
    p_parent_ids => array(select i::uuid from jsonb_each(v_touched) e, jsonb_array_elements_text(e.value) i where jsonb_typeof(e.value) = 'array'));
  -- a waiver that only a name ties to the person
  if to_regclass(format('%I.waiver_submissions', current_schema())) is not null then
    v_gone := app.shred_rows('waiver_submissions', array(select a.attname::text from pg_attribute a
        where a.attrelid = format('%I.waiver_submissions', current_schema())::regclass and a.attnum > 0 and app.is_personal(a.attname, format_type(a.atttypid, null))),
      't.organization_id = $3 and t.signer_email is null and t.signer_phone is null and lower(t.signer_name) = any ($5)
         and (t.date_of_birth is not distinct from ' || coalesce(quote_literal(v_customer.date_of_birth) || '::date', 't.date_of_birth') || ')',
      p_organization_id => v_customer.organization_id,
      p_contacts => array(select lower(c.full_name) from customers c where c.id = any (v_ids)));
    if v_gone.rows > 0 then
      v_result := v_result || jsonb_build_object('waiver_submissions', v_gone.rows + coalesce((v_result ->> 'waiver_submissions')::bigint, 0));
    end if;
  end if;

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
    delete from auth_sessions s where s.user_id = v_login;
    delete from auth_identities i where i.user_id = v_login;
    delete from mfa_factors f where f.user_id = v_login;
    delete from mfa_recovery_codes r where r.user_id = v_login;
    delete from flow_states f where f.user_id = v_login;
    delete from one_time_tokens t where t.user_id = v_login;
    delete from password_history h where h.user_id = v_login;
    delete from notifications n where n.user_id = v_login;
    delete from notification_settings s where s.user_id = v_login;
    v_columns := array['full_name', 'first_name', 'last_name', 'email', 'phone', 'preferences', 'user_metadata', 'app_metadata'];
    update users u set email = null, phone = null, full_name = null, first_name = null, last_name = null, hashed_password = null,
      two_factor_secret = null, two_factor_enabled = false, preferences = '{}', user_metadata = '{}', app_metadata = '{}',
      is_active = false, deleted_at = coalesce(u.deleted_at, now())
    where u.id = v_login;
    update audit_logs l set old_data = l.old_data - v_columns, new_data = l.new_data - v_columns
    where l.record_id = v_login and l.table_name = 'users';
    update security_audit_log l set ip_address = null, user_agent = null, description = null where l.user_id = v_login;
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
  'Managers: shreds what identifies a customer in every table, the audit trail included; bookings and payments stay, without a name. Cannot be undone. Answers with the rows changed per table.';
grant execute on function api.erase_customer(uuid, text) to authenticated, service_role;
