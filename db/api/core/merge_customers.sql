-- SECURITY DEFINER: the duplicates' rows lie in tables of every module. Rights are checked here.
create or replace function api.merge_customers(p_customer_id uuid, p_duplicate_ids uuid[]) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_organization uuid;
  v_duplicates uuid[] := array(select distinct d from unnest(p_duplicate_ids) d where d is not null order by d);
  v_count int;
  v_reference record;
  v_moved jsonb := '{}';
  v_dup record;
begin
  select c.organization_id into v_organization from customers c where c.id = p_customer_id and c.deleted_at is null;
  if v_organization is null or not app.works_for(v_organization, 'customers', 'read') then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  perform app.require_work(v_organization, 'customers', 'delete');
  if v_duplicates = '{}' or p_customer_id = any (v_duplicates) then
    perform app.fail(400, 'Name the duplicates, and the customer to keep apart from them.', 'p_duplicate_ids');
  end if;
  perform 1 from customers c where c.id = any (v_duplicates || p_customer_id) order by c.id for update;
  if (select count(*) from customers c where c.id = any (v_duplicates) and c.organization_id = v_organization and c.deleted_at is null)
     <> cardinality(v_duplicates) then
    perform app.fail(404, 'One of the duplicates is not there, or belongs to another organization.', 'p_duplicate_ids');
  end if;
  if (select count(distinct c.user_id) from customers c where c.id = any (v_duplicates || p_customer_id)) > 1 then
    perform app.fail(409, 'Two of them have logins of their own.', 'p_duplicate_ids', '{}', 'Each login keeps its customer.');
  end if;

  perform set_config('app.rewriting_person', 'on', true);
  for v_reference in select r.table_name, r.column_name from app.customer_references() r where r.target = 'customers' loop
    execute format('update %I.%I set %3$I = $1 where %3$I = any ($2)', current_schema(), v_reference.table_name, v_reference.column_name)
      using p_customer_id, v_duplicates;
    get diagnostics v_count = row_count;
    if v_count > 0 then
      v_moved := v_moved || jsonb_build_object(v_reference.table_name, v_count + coalesce((v_moved ->> v_reference.table_name)::int, 0));
    end if;
  end loop;
  perform set_config('app.rewriting_person', '', true);

  -- the oldest word stands: what the kept one lacks comes from the duplicates, in the order in which they were made
  for v_dup in
    select * from customers c where c.id = any (v_duplicates) order by c.created_at, c.id
  loop
    update customers c set deleted_at = now(), merged_into = p_customer_id, user_id = null where c.id = v_dup.id;
    update customers c set
      user_id = coalesce(c.user_id, v_dup.user_id),
      contact_claimed = c.contact_claimed and v_dup.contact_claimed,
      email = coalesce(c.email, v_dup.email),
      phone = coalesce(c.phone, v_dup.phone),
      first_name = coalesce(c.first_name, v_dup.first_name),
      last_name = coalesce(c.last_name, v_dup.last_name),
      date_of_birth = coalesce(c.date_of_birth, v_dup.date_of_birth),
      locale = coalesce(c.locale, v_dup.locale),
      notes = nullif(concat_ws(e'\n', c.notes, v_dup.notes), ''),
      tags = array(select distinct t from unnest(c.tags || v_dup.tags) t order by t),
      -- consent is not inherited: both have to have given it
      marketing_consent = c.marketing_consent and v_dup.marketing_consent,
      loyalty_points = c.loyalty_points + v_dup.loyalty_points,
      metadata = v_dup.metadata || c.metadata,
      created_at = least(c.created_at, v_dup.created_at)
    where c.id = p_customer_id;
  end loop;
  -- one of the rows may have been a stranger's who had only written the number down: the login stays if it has proved one of the contacts
  update customers c set user_id = null
  where c.id = p_customer_id and c.user_id is not null
    and not exists (select from customers o where o.id = any (v_duplicates || p_customer_id) and app.has_proved(c.user_id, o.email, o.phone));
  perform app.log_activity(v_organization, 'customers_merged',
    format('Merged %s duplicate(s) into one customer', cardinality(v_duplicates)), 'customers', p_customer_id,
    jsonb_build_object('duplicates', v_duplicates, 'moved', v_moved));
  return jsonb_build_object('customer_id', p_customer_id, 'merged', v_duplicates, 'moved', v_moved);
end $$;
comment on function api.merge_customers(uuid, uuid[]) is
  'Managers: the bookings, payments and everything else of the duplicates go to p_customer_id; the duplicates stay as merged_into. Answers with the rows moved per table.
answers {"customer_id": "uuid", "merged": "uuid[]", "moved": {"*": "int"}}';
grant execute on function api.merge_customers(uuid, uuid[]) to authenticated, service_role;
