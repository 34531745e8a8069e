-- The desk finds a stay by the name it was made under and by the plate of the car.
-- up
create index chalet_bookings_guest_search on chalet_bookings using gin (app.fold_name(guest_details ->> 'full_name') public.gin_trgm_ops) where guest_details ->> 'full_name' is not null;
create index chalet_bookings_plate on chalet_bookings using gin (app.fold_plate(guest_details ->> 'plate') public.gin_trgm_ops) where guest_details ->> 'plate' is not null;

-- down
drop index chalet_bookings_plate;
drop index chalet_bookings_guest_search;
