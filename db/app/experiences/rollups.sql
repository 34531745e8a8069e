-- Keeping booking_days and customer_stats. See db/tenant/experiences/0007 for the why.

-- One statement's changes, added in key order. INSERT has new rows only, DELETE old ones only; an UPDATE counts new less old where a column that
-- reports read has changed. The statement is put together here because the transition tables differ; its shape never does.
create or replace function app.roll_up_bookings() returns trigger
language plpgsql security definer
as $$
declare
  v_columns constant text := 'id, organization_id, business_date, venue_id, game_id, customer_id, status, party_size, start_time, source,
    promo_code_id, total_amount, discount_amount, tax_amount, final_amount, paid_amount, refunded_amount, revenue';
  -- a visit is one that happened or is paid for: a booking that lies ahead and that nobody has paid says nothing of a customer yet
  v_visit constant text := '(status in (''checked_in'', ''completed'') or status = ''confirmed'' and (revenue > 0 or final_amount = 0))';
  v_changes text := case tg_op
    when 'INSERT' then format('select 1 as sign, %s from new_rows', v_columns)
    when 'DELETE' then format('select -1 as sign, %s from old_rows', v_columns)
    else format('select c.* from (select 1 as sign, %1$s from new_rows union all select -1, %1$s from old_rows) c
                 where c.id in (select id from (select %1$s from new_rows except select %1$s from old_rows) changed)', v_columns) end;
begin
  execute format($sql$
    insert into booking_days as d (organization_id, business_date, venue_id, game_id,
      pending, confirmed, checked_in, completed, cancelled, no_show,
      players, gross_amount, discount_amount, tax_amount, net_amount, pending_amount, paid_amount, refunded_amount, revenue)
    select organization_id, business_date, venue_id, game_id,
      coalesce(sum(sign) filter (where status = 'pending'), 0), coalesce(sum(sign) filter (where status = 'confirmed'), 0),
      coalesce(sum(sign) filter (where status = 'checked_in'), 0), coalesce(sum(sign) filter (where status = 'completed'), 0),
      coalesce(sum(sign) filter (where status = 'cancelled'), 0), coalesce(sum(sign) filter (where status = 'no_show'), 0),
      coalesce(sum(sign * party_size) filter (where sold), 0), coalesce(sum(sign * total_amount) filter (where sold), 0),
      coalesce(sum(sign * discount_amount) filter (where sold), 0), coalesce(sum(sign * tax_amount) filter (where sold), 0),
      coalesce(sum(sign * final_amount) filter (where sold), 0), coalesce(sum(sign * final_amount) filter (where status = 'pending'), 0),
      sum(sign * paid_amount), sum(sign * refunded_amount), sum(sign * revenue)
    from (select *, status in ('confirmed', 'checked_in', 'completed') as sold from (%s) c) c
    group by organization_id, business_date, venue_id, game_id
    order by organization_id, business_date, venue_id, game_id
    on conflict (organization_id, business_date, venue_id, game_id) do update set
      pending = d.pending + excluded.pending, confirmed = d.confirmed + excluded.confirmed,
      checked_in = d.checked_in + excluded.checked_in, completed = d.completed + excluded.completed,
      cancelled = d.cancelled + excluded.cancelled, no_show = d.no_show + excluded.no_show,
      players = d.players + excluded.players, gross_amount = d.gross_amount + excluded.gross_amount,
      discount_amount = d.discount_amount + excluded.discount_amount, tax_amount = d.tax_amount + excluded.tax_amount,
      net_amount = d.net_amount + excluded.net_amount, pending_amount = d.pending_amount + excluded.pending_amount,
      paid_amount = d.paid_amount + excluded.paid_amount, refunded_amount = d.refunded_amount + excluded.refunded_amount,
      revenue = d.revenue + excluded.revenue, changed_by = pg_current_xact_id()$sql$, v_changes);

  -- the customer's row is locked by the first statement, so the second one sees every booking that was added before
  execute format($sql$
    with touched as (
      insert into customer_stats as s (organization_id, customer_id, bookings, visits, cancelled, no_shows, players, spent)
      select organization_id, customer_id, sum(sign), coalesce(sum(sign) filter (where visit), 0),
        coalesce(sum(sign) filter (where status = 'cancelled'), 0), coalesce(sum(sign) filter (where status = 'no_show'), 0),
        coalesce(sum(sign * party_size) filter (where visit), 0), sum(sign * revenue)
      from (select *, %s as visit from (%s) c) c
      group by organization_id, customer_id
      order by organization_id, customer_id
      on conflict (organization_id, customer_id) do update set
        bookings = s.bookings + excluded.bookings, visits = s.visits + excluded.visits, cancelled = s.cancelled + excluded.cancelled,
        no_shows = s.no_shows + excluded.no_shows, players = s.players + excluded.players, spent = s.spent + excluded.spent,
        changed_by = pg_current_xact_id()
      returning customer_id)
    select set_config('app.touched_customers', coalesce(array_agg(customer_id)::text, '{}'), true) from touched$sql$, v_visit, v_changes);
  update customer_stats s set first_visit = v.first_visit, last_visit = v.last_visit
  from (select c.customer_id,
               (select b.business_date from bookings b where b.customer_id = c.customer_id
                  and (b.status in ('checked_in', 'completed') or b.status = 'confirmed' and (b.revenue > 0 or b.final_amount = 0)) order by b.starts_at limit 1) as first_visit,
               (select b.business_date from bookings b where b.customer_id = c.customer_id
                  and (b.status in ('checked_in', 'completed') or b.status = 'confirmed' and (b.revenue > 0 or b.final_amount = 0)) order by b.starts_at desc limit 1) as last_visit
        from unnest(current_setting('app.touched_customers')::uuid[]) c(customer_id)) v
  where s.customer_id = v.customer_id and (s.first_visit, s.last_visit) is distinct from (v.first_visit, v.last_visit);
  return null;
end $$;

-- Anew from the bookings: after loading a dump with triggers off, or to prove that the sums are right.
create or replace function app.rebuild_booking_rollups() returns void
language plpgsql security definer
as $$
begin
  lock table bookings in share mode;
  delete from booking_days;
  insert into booking_days (organization_id, business_date, venue_id, game_id, pending, confirmed, checked_in, completed, cancelled, no_show,
      players, gross_amount, discount_amount, tax_amount, net_amount, pending_amount, paid_amount, refunded_amount, revenue)
  select organization_id, business_date, venue_id, game_id,
      count(*) filter (where status = 'pending'), count(*) filter (where status = 'confirmed'), count(*) filter (where status = 'checked_in'),
      count(*) filter (where status = 'completed'), count(*) filter (where status = 'cancelled'), count(*) filter (where status = 'no_show'),
      coalesce(sum(party_size) filter (where sold), 0), coalesce(sum(total_amount) filter (where sold), 0),
      coalesce(sum(discount_amount) filter (where sold), 0), coalesce(sum(tax_amount) filter (where sold), 0),
      coalesce(sum(final_amount) filter (where sold), 0), coalesce(sum(final_amount) filter (where status = 'pending'), 0),
      sum(paid_amount), sum(refunded_amount), sum(revenue)
  from (select *, status in ('confirmed', 'checked_in', 'completed') as sold from bookings) b
  group by organization_id, business_date, venue_id, game_id
  order by organization_id, business_date, venue_id, game_id;

  delete from customer_stats;
  insert into customer_stats (organization_id, customer_id, bookings, visits, cancelled, no_shows, players, spent, first_visit, last_visit)
  select organization_id, customer_id, count(*), count(*) filter (where visit), count(*) filter (where status = 'cancelled'),
      count(*) filter (where status = 'no_show'), coalesce(sum(party_size) filter (where visit), 0), sum(revenue),
      (array_agg(business_date order by starts_at) filter (where visit))[1],
      (array_agg(business_date order by starts_at desc) filter (where visit))[1]
  from (select *, status in ('checked_in', 'completed') or status = 'confirmed' and (revenue > 0 or final_amount = 0) as visit from bookings) b
  group by organization_id, customer_id
  order by customer_id;
end $$;
comment on function app.rebuild_booking_rollups() is 'Makes booking_days and customer_stats anew from the bookings; writers wait meanwhile.';

-- A customer who is renamed or erased stands in cached results; touching their sums makes those stale, exactly.
create or replace function app.drop_reports() returns trigger
language plpgsql security definer
as $$
begin
  if tg_table_name = 'customers' then
    update customer_stats s set changed_by = pg_current_xact_id()
    where s.organization_id = old.organization_id and s.customer_id = old.id;
  end if;
  delete from reports_cache c where c.organization_id = old.organization_id;
  return null;
end $$;

-- Whether a cached result has seen everything: no row under it was touched by a transaction outside its snapshot. A writer does not come to the
-- cache (that would make bookings wait for each other); the reader looks at the few rows touched since.
create or replace function app.report_is_fresh(p_organization_id uuid, p_snapshot pg_snapshot, p_made_by xid8) returns boolean
language sql stable security definer
set enable_seqscan = off      -- the planner cannot know that hardly anything lies above the snapshot
set enable_bitmapscan = off
as $$
  select not exists (
      select from booking_days d
      where d.organization_id = p_organization_id and d.changed_by >= pg_snapshot_xmin(p_snapshot)
        and (d.changed_by = p_made_by or not pg_visible_in_snapshot(d.changed_by, p_snapshot)))
     and not exists (
      select from customer_stats s
      where s.organization_id = p_organization_id and s.changed_by >= pg_snapshot_xmin(p_snapshot)
        and (s.changed_by = p_made_by or not pg_visible_in_snapshot(s.changed_by, p_snapshot)));
$$;
comment on function app.report_is_fresh(uuid, pg_snapshot, xid8) is
  'Whether no booking and no reported customer changed outside this snapshot, or in the transaction that made the result (which may have gone on).';

grant execute on function app.roll_up_bookings(), app.drop_reports() to anon, authenticated, service_role;
grant execute on function app.report_is_fresh(uuid, pg_snapshot, xid8) to authenticated, service_role;
