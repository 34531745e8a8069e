-- The gate finds a ticket by the name it was bought under.
-- up
create index pool_tickets_guest_search on pool_tickets using gin (app.fold_name(guest_details ->> 'full_name') public.gin_trgm_ops) where guest_details ->> 'full_name' is not null;

-- down
drop index pool_tickets_guest_search;
