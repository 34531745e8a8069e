-- Revenue is money that was kept, and a visit is one that happened or is paid for. The generated columns are computed again, then the sums over them.
-- up
comment on column bookings.revenue is 'What it earns: the money that came and stayed, up to the price while it stands; nothing while pending or unpaid.';
alter table bookings disable trigger user;
update bookings set paid_amount = paid_amount where paid_amount <> final_amount or refunded_amount <> 0;
alter table bookings enable trigger user;
do $$ begin
  if exists (select from bookings) then
    perform app.rebuild_booking_rollups();
  end if;
end $$;

-- Texts that are asked of each person of a party.
alter table waivers add column is_required boolean;
comment on column waivers.is_required is 'Whether everybody of a party signs it before check-in; null: when it names a minimum age or a validity, or when no text of the place does.';
comment on column waivers.valid_days is 'Days a signature holds, for later visits too; null: for its booking, or for ever when it was signed without one.';
-- bookings are found by the name they were made in
create index bookings_contact_search on bookings using gin (app.fold_name(contact_name) public.gin_trgm_ops) where contact_name is not null;

-- down
drop index bookings_contact_search;
alter table waivers drop column is_required;
comment on column bookings.revenue is 'What it earns: price less refunds once confirmed, what was kept when cancelled or missed, nothing while pending.';
