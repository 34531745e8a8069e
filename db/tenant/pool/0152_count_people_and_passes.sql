-- Tickets are used in part and again, memberships by the day: who is inside, which passes a period brings, how long it rested.
-- up
alter table membership_periods add column guest_passes int check (guest_passes >= 0), add column paused_days int not null default 0 check (paused_days >= 0);
comment on column membership_periods.guest_passes is 'Guests this period may bring: the plan''s, pro rata where its first month is paid by the day.';
comment on column membership_periods.paused_days is 'Days of pauses inside it, by which it ends later; they are no part of what was paid for.';
alter table pool_memberships add column paused_at timestamptz;
comment on column pool_memberships.paused_at is 'When somebody paused it: what an offline gate saw before that still counts.';
comment on column pool_memberships.paused_on is 'The first day of the pause: tomorrow where somebody came in today. Paused days on which nobody came in are added to paid_until.';
comment on column pool_memberships.guest_passes_remaining is 'Passes left in the period of today; kept by the functions.';

alter table pool_tickets add column people_inside int not null default 0, add column people_seen int not null default 0, add column first_starts_at timestamptz;
comment on column pool_tickets.people_inside is 'How many of them are in: a part may come later, and who was let out comes in again.';
comment on column pool_tickets.people_seen is 'The most that were in at once.';
comment on column pool_tickets.first_starts_at is 'The earliest start ever agreed; cancellation terms count from it, so that moving a ticket away does not soften them.';
alter table pool_tickets disable trigger user;
alter table membership_periods disable trigger user;
update pool_tickets set people_inside = adults + children, people_seen = adults + children where status = 'used';
-- what is left today stays what is left
update membership_periods p set guest_passes = m.guest_passes_per_period from pool_memberships m where m.id = p.membership_id;
update membership_periods p set guest_passes = m.guest_passes_remaining + coalesce((
    select sum(u.guests) from guest_pass_usage u where u.membership_id = m.id and u.returned_at is null and u.used_on between p.starts_on and p.ends_on), 0)
from pool_memberships m where m.id = p.membership_id and p.status = 'paid' and current_date between p.starts_on and p.ends_on;
alter table membership_periods enable trigger user;
alter table pool_tickets enable trigger user;
alter table membership_periods alter column guest_passes set not null;
alter table pool_tickets add constraint people_within_ticket check (people_inside between 0 and adults + children and people_seen between people_inside and adults + children);
create trigger fill_passes before insert on membership_periods for each row execute function app.fill_period_passes();

alter table pool_entries drop constraint pool_entries_result_check, add constraint pool_entries_result_check check (result in ('entered', 'left', 'refused'));
-- A ticket lets in no more people than it is for, whatever the functions do: people_within_ticket says it.
drop index pool_entries_once;
create trigger count_people after insert on pool_entries for each row when (new.ticket_id is not null and new.result <> 'refused') execute function app.count_pool_people();
comment on table pool_entries is 'Every try at the gate: let in, let out or refused, with the reason.';
drop trigger guard_status on pool_tickets;
create trigger guard_status before update of status on pool_tickets
  for each row when (not (old.hold_ran_out and old.status = 'cancelled' and new.status = 'confirmed'))
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'pending>expired',
    'confirmed>used', 'confirmed>cancelled', 'confirmed>expired', 'expired>used', 'expired>cancelled');

-- down
drop trigger guard_status on pool_tickets;
create trigger guard_status before update of status on pool_tickets
  for each row when (not (old.hold_ran_out and old.status = 'cancelled' and new.status = 'confirmed'))
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'pending>expired',
    'confirmed>used', 'confirmed>cancelled', 'confirmed>expired');
drop trigger count_people on pool_entries;
alter table pool_entries disable trigger user;
update pool_entries set result = 'refused', reason = 'left', people = 0 where result = 'left';
-- before it a ticket opened the gate once: whoever came in later of the same ticket is no entry of its own
update pool_entries e set result = 'refused', reason = 'used', people = 0
where result = 'entered' and ticket_id is not null
  and exists (select from pool_entries f where f.ticket_id = e.ticket_id and f.result = 'entered' and (f.scanned_at, f.id) < (e.scanned_at, e.id));
alter table pool_entries enable trigger user;
alter table pool_entries drop constraint pool_entries_result_check, add constraint pool_entries_result_check check (result in ('entered', 'refused'));
create unique index pool_entries_once on pool_entries (ticket_id) where result = 'entered' and ticket_id is not null;
drop trigger fill_passes on membership_periods;
alter table pool_tickets drop column people_inside, drop column people_seen, drop column first_starts_at;
alter table pool_memberships drop column paused_at;
alter table membership_periods drop column guest_passes, drop column paused_days;
