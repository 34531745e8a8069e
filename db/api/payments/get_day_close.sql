create or replace function api.get_day_close(p_date date default null, p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_date date := coalesce(p_date, app.organization_today(v_organization));
  v_answer jsonb;
begin
  perform app.require_work(v_organization, 'ledger', 'read');
  perform app.check_day(v_date, 'p_date');
  select jsonb_build_object('date', v_date, 'currency', app.organization_currency(v_organization),
    'shifts', coalesce((select jsonb_agg(app.shift_json(s.id, true) order by g.name, s.opened_at) from register_shifts s join registers g on g.id = s.register_id
      where s.organization_id = v_organization and s.business_date = v_date), '[]'),
    'open', (select count(*) from register_shifts s where s.organization_id = v_organization and s.business_date <= v_date and s.closed_at is null),
    'elsewhere', coalesce((select jsonb_agg(to_jsonb(t)) from app.takings(v_organization, null, v_date) t), '[]'),
    'takings', coalesce((select jsonb_agg(to_jsonb(x) order by x.method) from (
      select t.method, sum(t.payments)::int as payments, sum(t.amount) as amount, sum(t.tips) as tips, sum(t.refunds)::int as refunds, sum(t.refunded) as refunded
      from (select t.* from register_shifts s, app.takings(v_organization, s.id) t where s.organization_id = v_organization and s.business_date = v_date
            union all select * from app.takings(v_organization, null, v_date)) t group by t.method) x), '[]'),
    'difference', coalesce((select sum(s.counted_amount - s.expected_amount) from register_shifts s
      where s.organization_id = v_organization and s.business_date = v_date and s.closed_at is not null), 0)) into v_answer;
  return v_answer;
end $$;
comment on function api.get_day_close(date, uuid) is
  'Finance: a business day (today when p_date is null): its registers with their Z reports, what was taken elsewhere (online, before a register was open), and all of it by method. open: registers of this day or before that nobody has counted. Decimal amounts.
answers {"date": "date", "currency": "text", "shifts": "register_report[]", "open": "int", "elsewhere": "taking[]", "takings": "taking[]", "difference": "number"}';
grant execute on function api.get_day_close(date, uuid) to authenticated, service_role;
