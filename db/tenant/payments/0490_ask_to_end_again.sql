-- An ending that a provider did not do is asked for again.
-- up
alter table subscriptions add end_asked_at timestamptz;
comment on column subscriptions.end_asked_at is 'When its provider was last asked to end it.';
update subscriptions set end_asked_at = updated_at where wants_end;
create index subscriptions_ending on subscriptions (end_asked_at) where wants_end and status <> 'ended';

-- down
drop index subscriptions_ending;
alter table subscriptions drop column end_asked_at;
