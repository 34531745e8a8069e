-- A fee for staying away is kept whole: what was paid for the booking counts for it on the day on which it is taken.
-- up
update payment_charges c set amount = c.amount + paid.before
from (select x.id, coalesce(sum(p.kept_amount), 0) as before
      from payment_charges x join payments p on p.booking_type = x.booking_type and p.booking_id = x.booking_id and p.paid_at < x.created_at
      where x.kind = 'no_show' group by x.id) paid
where paid.id = c.id and c.kind = 'no_show' and c.amount is not null;
comment on column payment_charges.amount is 'Decimal; of a no-show the whole fee, for which what was paid counts; null: whatever the bill still wants on that day.';

-- down
update payment_charges c set amount = c.amount - paid.before
from (select x.id, coalesce(sum(p.kept_amount), 0) as before
      from payment_charges x join payments p on p.booking_type = x.booking_type and p.booking_id = x.booking_id and p.paid_at < x.created_at
      where x.kind = 'no_show' group by x.id) paid
where paid.id = c.id and c.kind = 'no_show' and c.amount > paid.before;
comment on column payment_charges.amount is 'Decimal; null: whatever the bill still wants on that day.';
