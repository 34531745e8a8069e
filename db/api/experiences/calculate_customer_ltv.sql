create function api.calculate_customer_ltv(p_customer_id uuid)
returns numeric
language plpgsql stable
as $$
declare
  v_organization uuid;
  v_spent numeric;
begin
  select c.organization_id into v_organization from customers c where c.id = p_customer_id;
  if not found then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  perform app.require_work(v_organization, 'customers', 'read');
  select s.spent into v_spent from customer_stats s where s.organization_id = v_organization and s.customer_id = p_customer_id;
  return coalesce(v_spent, 0);
end $$;
comment on function api.calculate_customer_ltv(uuid) is
  'What a customer has been worth so far: the revenue of all their bookings, refunds taken off, in the organization''s currency.';
grant execute on function api.calculate_customer_ltv(uuid) to authenticated, service_role;
