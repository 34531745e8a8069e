-- Breaks that somebody forgot, and what people hear of their shifts.

-- A break lies inside its entry, whichever door it comes through. By hand it is written by those who keep timesheets, of others.
create or replace function app.guard_break() returns trigger
language plpgsql
as $$
declare
  e record;
begin
  select t.staff_id, t.clock_in_at, coalesce(t.clock_out_at, now()) as until into e from time_entries t
  where t.id = case when tg_op = 'DELETE' then old.entry_id else new.entry_id end;
  if not found then      -- the entry goes with its breaks; or row security refuses what is not there
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if current_user = 'authenticated' and e.staff_id = auth.uid() and not auth.has_role('admin', 'owner', 'super_admin') then
    perform app.fail(403, 'Somebody else corrects your hours.', 'entry_id');
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if tg_op = 'UPDATE' and new.entry_id <> old.entry_id then
    perform app.fail(422, 'A break stays with its entry.', 'entry_id');
  end if;
  if current_user = 'authenticated' then
    if new.started_at < e.clock_in_at or new.started_at > e.until then
      perform app.fail(400, 'A break lies inside the hours worked.', 'started_at', jsonb_build_object('from', e.clock_in_at, 'until', e.until));
    end if;
    if new.ended_at < new.started_at or new.ended_at > e.until then
      perform app.fail(400, 'A break ends after it began and before the hours end.', 'ended_at', jsonb_build_object('from', new.started_at, 'until', e.until));
    end if;
  end if;
  return new;
end $$;

-- The entry says who corrected it; the audit trail of the break has the old times.
create or replace function app.mark_entry_corrected(p_entry_id uuid, p_words text) returns void
language sql security definer
as $$
  update time_entries e set amended_by = auth.uid(), amended_at = now(), amend_reason = p_words
  where e.id = p_entry_id and app.works_for(e.organization_id, 'timesheets', 'update');
$$;

create or replace function app.mark_corrected_break() returns trigger
language plpgsql
as $$
begin
  if current_user = 'authenticated' then      -- by hand; the clock's own functions run as the owner
    perform app.mark_entry_corrected(case when tg_op = 'DELETE' then old.entry_id else new.entry_id end,
      case tg_op when 'INSERT' then 'A break was added.' when 'UPDATE' then 'A break was corrected.' else 'A break was taken out.' end);
  end if;
  return null;
end $$;

create or replace function app.shift_words(p_date date, p_from time, p_to time) returns jsonb
language sql immutable
as $$ select jsonb_build_object('day', p_date, 'from', to_char(p_from, 'HH24:MI'), 'to', to_char(p_to, 'HH24:MI')) $$;

-- Each change tells the people whom it concerns, whichever door it comes through.
create or replace function app.tell_shift() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'shift/' || new.id;
  v_when jsonb := app.shift_words(new.shift_date, new.start_time, new.end_time);
  v_data jsonb := jsonb_build_object('schedule_id', new.id);
begin
  if greatest(new.ends_at, old.ends_at) <= now() then
    return null;
  end if;
  if new.staff_id <> old.staff_id then
    perform app.cancel_notification(v_key), app.cancel_notification(v_key || '/moved');      -- what was unread is no longer so
    perform app.tell(new.organization_id, 'shift_taken', app.shift_words(old.shift_date, old.start_time, old.end_time), old.staff_id,
      p_channels => array['in_app'], p_data => v_data, p_about => v_key || '/taken');
    perform app.tell(new.organization_id, 'shift_planned', v_when, new.staff_id, p_channels => array['in_app'], p_data => v_data, p_about => v_key);
  elsif new.status in ('scheduled', 'confirmed') and (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at) then
    perform app.tell(new.organization_id, 'shift_moved', v_when, new.staff_id, p_channels => array['in_app'], p_data => v_data, p_about => v_key || '/moved');
  end if;
  if new.status = 'cancelled' and old.status <> 'cancelled' then
    perform app.tell(new.organization_id, 'shift_cancelled', v_when, new.staff_id, p_channels => array['in_app'], p_data => v_data, p_about => v_key || '/cancelled');
  end if;
  return null;
end $$;
grant execute on function app.mark_entry_corrected(uuid, text) to authenticated;
grant execute on function app.guard_break(), app.mark_corrected_break(), app.tell_shift() to anon, authenticated, service_role;
