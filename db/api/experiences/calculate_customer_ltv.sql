create function api.calculate_customer_ltv(p_customer_id uuid)
returns numeric
language plpgsql stable
as $$
declare
  v_organization uuid := app.customer_organization(p_customer_id);
  v_spent numeric;
begin
  select s.spent into v_spent from customer_stats s where s.organization_id = v_organization and s.customer_id = p_customer_id;
  return coalesce(v_spent, 0);
end $$;
comment on function api.calculate_customer_ltv(uuid) is
  'What a customer has been worth so far: the revenue of all their bookings, refunds taken off, in the organization''s currency.';
grant execute on function api.calculate_customer_ltv(uuid) to authenticated, service_role;
