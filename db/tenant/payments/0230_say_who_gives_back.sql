-- A refund that no provider carries is owed until a person has given the money back: the row says whose turn it is.
-- up
alter table refunds add column waits_for text check (waits_for in ('provider', 'person'));
comment on column refunds.waits_for is 'Of a pending refund: provider (under way there) or person (no provider is connected: give the money back and call confirm_refund). Null: just asked for, or settled.';
create index refunds_waiting on refunds (organization_id) where waits_for = 'person';

-- down
drop index refunds_waiting;
alter table refunds drop column waits_for;
