-- Part of a number finds a customer without reading them all.
-- up
create index customers_phone_search on customers using gin (phone public.gin_trgm_ops) where deleted_at is null and phone is not null;

-- down
drop index customers_phone_search;
