-- uuid_generate_v4(), as the documents write the default of their keys; our own tables use gen_random_uuid().
-- up
create extension if not exists "uuid-ossp" with schema public;

-- down
drop extension if exists "uuid-ossp";
