-- What api.erase_customer() does to the tables, step by step. p_result counts the rows changed per table, p_touched remembers their ids: {"bookings": ["<id>"]}.
-- They ask for no rights: whoever calls has checked who may erase whom.

-- Rows that name the customer or the login; those of a login that goes altogether in every organization.
create or replace function app.erase_rows_about(
  p_ids uuid[], p_login uuid, p_whole_login boolean, p_organization_id uuid, inout p_result jsonb, inout p_touched jsonb)
language plpgsql security definer
as $$
declare
  v_reference record;
  v_gone      record;
begin
  for v_reference in
    select r.table_name, bool_or(a.attname = 'organization_id') as has_organization,
           string_agg(distinct format('t.%I = %s', r.column_name, case r.target when 'customers' then 'any ($1)' else '$2' end), ' or ') as condition,
           array_agg(distinct a.attname::text) filter (
             where app.is_personal(a.attname, format_type(a.atttypid, null)) or (r.table_name, a.attname) in (('folios', 'title'), ('payments', 'reference'), ('payments', 'failure_reason'))) as personal
    from app.customer_references() r
    join pg_attribute a on a.attrelid = format('%I.%I', current_schema(), r.table_name)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    -- deleted whole: with the login below; chats when the customer's row says erased (app.forget_chats)
    where r.table_name not in ('auth_identities', 'bot_chats', 'bot_dialog_states')
    group by r.table_name order by r.table_name
  loop
    continue when v_reference.personal is null;
    v_gone := app.shred_rows(v_reference.table_name, v_reference.personal,
      format('(%s)%s', v_reference.condition, case when v_reference.has_organization and not p_whole_login then ' and t.organization_id = $3' else '' end),
      p_ids, p_login, p_organization_id);
    if v_gone.rows > 0 then
      p_result := p_result || jsonb_build_object(v_reference.table_name, v_gone.rows);
      p_touched := p_touched || jsonb_build_object(v_reference.table_name, coalesce(to_jsonb(v_gone.ids), '[]'));
    end if;
  end loop;
end $$;

-- Rows nobody tied to the customer, found by their e-mail or phone (a waiting list, a guest at a table).
create or replace function app.erase_rows_addressed(p_contacts text[], p_organization_id uuid, inout p_result jsonb, inout p_touched jsonb)
language plpgsql security definer
as $$
declare
  v_reference record;
  v_gone      record;
begin
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
      p_organization_id => p_organization_id, p_contacts => p_contacts);
    if v_gone.rows > 0 then
      p_result := p_result || jsonb_build_object(v_reference.table_name, v_gone.rows + coalesce((p_result ->> v_reference.table_name)::bigint, 0));
      p_touched := p_touched || jsonb_build_object(v_reference.table_name,
        coalesce(p_touched -> v_reference.table_name, '[]') || coalesce(to_jsonb(v_gone.ids), '[]'));
    end if;
  end loop;
end $$;

-- Rows one level below those that repeat the name: the order's kitchen ticket, the ticket's items.
create or replace function app.erase_rows_below(inout p_result jsonb, inout p_touched jsonb)
language plpgsql security definer
as $$
declare
  v_reference record;
  v_gone      record;
begin
  for v_reference in
    select c.relname::text as table_name, a.attname::text as column_name, p_touched -> p.relname::text as parents,
           (select array_agg(n.attname::text) from pg_attribute n
            where n.attrelid = c.oid and n.attnum > 0 and not n.attisdropped and n.attgenerated = ''
              and (n.attname ~ '^(customer|guest|contact)_' or n.attname ~ '(^|_)(reason|notes?|message|metadata|document)$')
              and app.is_personal(n.attname, format_type(n.atttypid, null))) as personal
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid and not c.relispartition
    join pg_class p on p.oid = f.confrelid
    cross join lateral unnest(f.conkey, f.confkey) as k (own, far)
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
    join pg_attribute fa on fa.attrelid = f.confrelid and fa.attnum = k.far and fa.attname = 'id'
    where f.contype = 'f' and c.relnamespace = current_schema()::regnamespace and p_touched ? p.relname::text
      and c.relname not in ('customers', 'users', 'staff', 'organizations', 'audit_logs')
    order by c.relname, a.attname
  loop
    continue when v_reference.personal is null;
    v_gone := app.shred_rows(v_reference.table_name, v_reference.personal, format('t.%I = any ($4)', v_reference.column_name),
      p_parent_ids => array(select jsonb_array_elements_text(v_reference.parents)::uuid));
    if v_gone.rows > 0 then
      p_result := p_result || jsonb_build_object(v_reference.table_name, v_gone.rows + coalesce((p_result ->> v_reference.table_name)::bigint, 0));
      p_touched := p_touched || jsonb_build_object(v_reference.table_name,
        coalesce((select jsonb_agg(distinct i) from jsonb_array_elements(coalesce(p_touched -> v_reference.table_name, '[]') || coalesce(to_jsonb(v_gone.ids), '[]')) i), '[]'));
    end if;
  end loop;
end $$;

-- Money that names the booking and not the person.
create or replace function app.erase_money_words(p_touched jsonb, p_organization_id uuid) returns void
language plpgsql security definer
as $$
begin
  perform app.shred_rows('payments', array['reference', 'metadata', 'failure_reason', 'provider_data'], 't.booking_type in (select name from booking_types) and t.booking_id = any ($4) and t.organization_id = $3',
    p_organization_id => p_organization_id,
    p_parent_ids => array(select i::uuid from jsonb_each(p_touched) e, jsonb_array_elements_text(e.value) i where jsonb_typeof(e.value) = 'array'));
  perform app.shred_rows('refunds', array['reason', 'failure_reason', 'provider_data'], 't.payment_id in (select p.id from payments p where p.booking_type in (select name from booking_types) and p.booking_id = any ($4)) and t.organization_id = $3',
    p_organization_id => p_organization_id,
    p_parent_ids => array(select i::uuid from jsonb_each(p_touched) e, jsonb_array_elements_text(e.value) i where jsonb_typeof(e.value) = 'array'));
end $$;

-- A waiver that only a name ties to the person.
create or replace function app.erase_signatures(p_ids uuid[], p_date_of_birth date, p_organization_id uuid, inout p_result jsonb)
language plpgsql security definer
as $$
declare
  v_gone record;
begin
  if to_regclass(format('%I.waiver_submissions', current_schema())) is not null then
    v_gone := app.shred_rows('waiver_submissions', array(select a.attname::text from pg_attribute a
        where a.attrelid = format('%I.waiver_submissions', current_schema())::regclass and a.attnum > 0 and app.is_personal(a.attname, format_type(a.atttypid, null))),
      't.organization_id = $3 and t.signer_email is null and t.signer_phone is null and lower(t.signer_name) = any ($5)
         and (t.date_of_birth is not distinct from ' || coalesce(quote_literal(p_date_of_birth) || '::date', 't.date_of_birth') || ')',
      p_organization_id => p_organization_id,
      p_contacts => array(select lower(c.full_name) from customers c where c.id = any (p_ids)));
    if v_gone.rows > 0 then
      p_result := p_result || jsonb_build_object('waiver_submissions', v_gone.rows + coalesce((p_result ->> 'waiver_submissions')::bigint, 0));
    end if;
  end if;
end $$;

-- The login with everything that opens it, and what the trails say of it.
create or replace function app.erase_login(p_login uuid) returns void
language plpgsql security definer
as $$
declare
  v_columns text[];
begin
  delete from auth_sessions s where s.user_id = p_login;
  delete from auth_identities i where i.user_id = p_login;
  delete from mfa_factors f where f.user_id = p_login;
  delete from mfa_recovery_codes r where r.user_id = p_login;
  delete from flow_states f where f.user_id = p_login;
  delete from one_time_tokens t where t.user_id = p_login;
  delete from password_history h where h.user_id = p_login;
  delete from notifications n where n.user_id = p_login;
  delete from notification_settings s where s.user_id = p_login;
  v_columns := array['full_name', 'first_name', 'last_name', 'email', 'phone', 'preferences', 'user_metadata', 'app_metadata'];
  update users u set email = null, phone = null, full_name = null, first_name = null, last_name = null, hashed_password = null,
    two_factor_secret = null, two_factor_enabled = false, preferences = '{}', user_metadata = '{}', app_metadata = '{}',
    is_active = false, deleted_at = coalesce(u.deleted_at, now())
  where u.id = p_login;
  update audit_logs l set old_data = l.old_data - v_columns, new_data = l.new_data - v_columns
  where l.record_id = p_login and l.table_name = 'users';
  update security_audit_log l set ip_address = null, user_agent = null, description = null where l.user_id = p_login;
end $$;
