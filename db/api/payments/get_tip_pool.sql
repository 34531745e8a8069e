-- SECURITY DEFINER: hours and payments are for different people; who reads the books may see what comes of both. The right is checked here.
create function api.get_tip_pool(p_from date, p_to date default null, p_by text default 'hours', p_departments text[] default null, p_organization_id uuid default null)
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_currency text := app.organization_currency(v_organization);
  v_to date := coalesce(p_to, p_from);
  v_people uuid[];
  v_minutes numeric[];
  v_tips numeric[];
  v_total numeric;
begin
  perform app.require_work(v_organization, 'ledger', 'read');
  if p_from is null or p_from not between date '2000-01-01' and date '2200-01-01' or v_to < p_from or v_to > p_from + 366 then
    perform app.fail(400, 'Name the business days, from the first to the last, a year at most.', 'p_from');
  end if;
  if p_by is null or p_by not in ('hours', 'table') then
    perform app.fail(400, 'Gratuities are shared by hours or by table.', 'p_by');
  end if;
  select coalesce(sum(t.tips), 0) into v_total from app.tips_by_person(v_organization, p_from, v_to) t;
  select array_agg(m.person order by m.minutes desc, m.person), array_agg(m.minutes order by m.minutes desc, m.person)
    into v_people, v_minutes from app.minutes_by_person(v_organization, p_from, v_to, p_departments) m;
  if p_by = 'hours' and v_people is not null then
    select array_agg(app.to_amount(c, v_currency) order by n) into v_tips from unnest(app.split_cents(app.to_cents(v_total, v_currency), v_minutes)) with ordinality x(c, n);
  elsif p_by = 'hours' then
    v_people := '{}';
  else
    select array_agg(t.person order by t.tips desc, t.person), array_agg(t.tips order by t.tips desc, t.person), null
      into v_people, v_tips, v_minutes from app.tips_by_person(v_organization, p_from, v_to) t where t.person is not null;
  end if;
  return jsonb_build_object('from', p_from, 'to', v_to, 'by', p_by, 'currency', v_currency, 'total', v_total,
    'unassigned', v_total - coalesce((select sum(x) from unnest(v_tips) x), 0),
    'people', coalesce((select jsonb_agg(jsonb_build_object('user_id', u.person, 'name', app.staff_name(u.person), 'minutes', v_minutes[u.n], 'amount', v_tips[u.n]) order by u.n)
                        from unnest(v_people) with ordinality u(person, n)), '[]'));
end $$;
comment on function api.get_tip_pool(date, date, text, text[], uuid) is
  'Finance: gratuities of the business days from p_from to p_to and whose they are, decimal. p_by hours: all in one pot, split by minutes worked (of these departments), to the last cent; table: of who opened the table, else of who took the money. What is nobody''s stays unassigned.
answers {"from": "date", "to": "date", "by": "=hours | =table", "currency": "text", "total": "number", "unassigned": "number",
  "people": [{"user_id": "uuid", "name": "text | null", "minutes": "number | null", "amount": "number"}]}
takes {"p_by": "=hours | =table"}';
grant execute on function api.get_tip_pool(date, date, text, text[], uuid) to authenticated, service_role;
