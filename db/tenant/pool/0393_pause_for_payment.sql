-- A membership whose renewal does not come rests, until it does.
-- up
alter table pool_memberships add pause_reason text check (pause_reason in ('asked', 'payment'));
comment on column pool_memberships.pause_reason is 'asked: somebody paused it, its days are kept; payment: its renewal failed, and paying brings it back. Null: not paused.';
create trigger end_subscription after update of status, auto_renew on pool_memberships for each row
  when (new.status = 'cancelled' and old.status <> 'cancelled' or old.auto_renew and not new.auto_renew)
  execute function app.membership_ends_subscription();

-- down
drop trigger end_subscription on pool_memberships;
alter table pool_memberships drop column pause_reason;
