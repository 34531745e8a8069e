-- Books of a day stay as they were: a refund has the day on which it went, and one that the guest's bank sent back a second one.
-- up
alter table refunds add settled_at timestamptz, add returned_at timestamptz;
comment on column refunds.settled_at is 'When the money went; stays whatever becomes of it. Null: it has not.';
comment on column refunds.returned_at is 'When money that had gone came back, sometimes weeks later (status failed). Null: it has not.';
alter table refunds disable trigger user;
update refunds r set settled_at = coalesce(
  (select min(l.created_at) from payment_ledger l where l.organization_id = r.organization_id and l.refund_id = r.id and l.transaction_id = r.id),
  case r.status when 'succeeded' then r.updated_at end);
update refunds r set returned_at = coalesce(
  (select min(l.created_at) from payment_ledger l where l.organization_id = r.organization_id and l.refund_id = r.id and l.description in ('refund came back', 'gratuity came back')),
  r.updated_at)
where r.status = 'failed' and r.settled_at is not null;
alter table refunds enable trigger user;

-- down
alter table refunds drop column settled_at, drop column returned_at;
