-- 32 random bytes, as the standard writes them.
create or replace function app.new_webhook_secret() returns text
language sql volatile
as $$ select 'whsec_' || encode(public.gen_random_bytes(32), 'base64') $$;
