-- The dice of the demo companies: everything hangs on md5 of a seed, so that the same day gives the same company. Included as
--   \set company escape:
--   \ir dice.sql
-- Bodies without quotes, because psql fills :'company' in only outside of them; they name no table.
create function pg_temp.chance(p_seed text) returns float8 language sql immutable
return ('x' || left(md5(:'company' || p_seed), 8))::bit(32)::bigint / 4294967296.0;
create function pg_temp.demo_id(p_seed text) returns uuid language sql immutable
return md5(:'company' || p_seed)::uuid;
create function pg_temp.pick(p_seed text, variadic p_list text[]) returns text language sql immutable
return p_list[1 + floor(pg_temp.chance(p_seed) * cardinality(p_list))::int];
-- a number from p_low to p_high
create function pg_temp.roll(p_seed text, p_low int, p_high int) returns int language sql immutable
return p_low + floor(pg_temp.chance(p_seed) * (p_high - p_low + 1))::int;
