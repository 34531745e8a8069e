-- What people take home from a bill.

-- Who of the staff, as a guest may know them: a first name, never an address.
create or replace function app.first_name(p_user_id uuid) returns text
language sql stable security definer
as $$
  select nullif(split_part(coalesce(nullif(btrim(first_name), ''), case when full_name !~ '@' then btrim(full_name) end), ' ', 1), '')
  from users where id = p_user_id;
$$;

-- VAT by rate over what was sent and not cancelled, and over amounts entered without lines; minor units.
create or replace function app.session_taxes(p_session_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('tax_rate', t.tax_rate, 'net_amount', t.net, 'tax_amount', t.tax, 'total_amount', t.total) order by t.tax_rate desc), '[]')
    from (
      select tax_rate, sum(net_amount) as net, sum(tax_amount) as tax, sum(total_amount) as total
      from (
        select tax_rate, net_amount, tax_amount, total_amount from order_lines
        where session_id = p_session_id and status not in ('draft', 'cancelled') and deleted_at is null
        union all
        select coalesce(tax_rate, 0), net_amount, tax_amount, total_amount from orders
        where session_id = p_session_id and not has_lines and status <> 'CANCELLED' and deleted_at is null) sold
      group by 1) t);
end $$;
comment on function app.session_taxes(uuid) is 'What a session owes by tax rate: [{tax_rate, net_amount, tax_amount, total_amount}].
shape tax_line {"tax_rate": "number", "net_amount": "int", "tax_amount": "int", "total_amount": "int"}';

-- The session is locked by the caller.
create or replace function app.reopen_bill(p_session_id uuid) returns void
language plpgsql security definer
as $$
begin
  perform app.close_part_paid(p_session_id);
  delete from bill_shares where session_id = p_session_id and (status = 'open' or amount = 0);
  update table_sessions set status = 'active' where id = p_session_id;
end $$;
comment on function app.reopen_bill(uuid) is 'A billed session is open again; what was paid stays and counts.';
