-- Every function a client may call says what it does, is granted by name, and serves every tenant.
\set unchecked 1
\ir ../start.sql
select plan(11);
create temp table f as
  select p.oid, p.proname::text as name, p.prosrc, p.prosecdef, p.proargnames, p.proargmodes, p.prorettype, p.proretset, p.provolatile,
         pg_get_functiondef(p.oid) as definition
  from pg_proc p where p.pronamespace = 'api'::regnamespace and p.prokind = 'f';
create function pg_temp.names(p_where text) returns text language plpgsql as $$
declare v text;
begin
  execute format('select string_agg(name, '' '' order by name) from f where %s', p_where) into v;
  return v;
end $$;
select is(pg_temp.names('obj_description(oid, ''pg_proc'') is null'), null, 'each has a comment: it becomes the OpenAPI text');
select is(pg_temp.names($$not has_function_privilege('authenticated', oid, 'execute') and not has_function_privilege('anon', oid, 'execute')
  and not has_function_privilege('service_role', oid, 'execute')$$), null, 'each is granted to somebody');
select is(pg_temp.names($$exists (select from unnest(proargnames, coalesce(proargmodes, array_fill('i'::"char", array[coalesce(cardinality(proargnames), 1)]))) a (arg, mode)
  where mode in ('i', 'b', 'v') and arg !~ '^p_')$$), null, 'parameters are p_…');
select is(pg_temp.names($$exists (select from pg_type t join pg_class c on c.oid = t.typrelid join pg_namespace n on n.oid = c.relnamespace
  where t.oid = prorettype and n.nspname like 'tenant%')$$), null, 'none is bound to the tables of one tenant');
select is(pg_temp.names($$definition ~* 'tenant_(alpha|beta)'$$), null, 'none names a tenant');
select is(pg_temp.names($$provolatile <> 'v' and prosrc ~* '\m(insert into|update [a-z_]+ (set|[a-z] set)|delete from)\M'$$), null,
  'what writes is volatile, or a GET would run it');
select is((select string_agg(format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), ' ') from pg_proc p
  where p.pronamespace = 'app'::regnamespace and p.prosecdef and has_function_privilege('public', p.oid, 'execute')), null,
  'no private function with the owner''s rights is open to all');
-- they ask for no rights themselves: only functions with the owner's rights, which have asked, may call them
select is((select string_agg(p.proname, ' ') from pg_proc p, unnest(array['anon', 'authenticated']) r
  where p.pronamespace = 'app'::regnamespace and has_function_privilege(r, p.oid, 'execute')
    and p.proname in ('record_payment', 'settle_payment', 'refund_one', 'refund_payments', 'refund_news', 'collection_news', 'dispute_news', 'move_payments', 'cancel_pending_payments', 'make_credit',
      'grant_credit', 'spend_credits', 'return_credits', 'post_ledger', 'find_or_create_customer', 'notify', 'tell', 'tell_roles', 'cancel_notification', 'log_activity',
      'log_security_event', 'reset_rate_limit', 'seed_tenant', 'maintain_tenant', 'shred_rows', 'read_bot_credentials', 'store_bot_credentials',
      'read_integration_credentials', 'seal_keys', 'sealed_texts', 'seal_anew', 'add_seal_key', 'folio_lines', 'folio_scope')), null, 'no request role moves money or messages past the functions it may call');
-- the functions the specs and the design name
select is((select string_agg(n, ' ') from unnest(array['get_audit_logs', 'merge_customers', 'erase_customer', 'export_customer',
    'create_payment', 'record_payment', 'refund_payment', 'get_folio', 'get_ledger_balance',
    'publish_bot_scenario', 'receive_invoice', 'get_recipe_cost', 'get_stock_levels']) n where n not in (select name from f)), null,
  'core, payments, bots and procurement have theirs');

-- one rule for keys of requests that come twice (core/idempotency.sql), whichever function has one
select is((select string_agg(p.proname, ', ') from pg_proc p where p.pronamespace = 'api'::regnamespace and 'p_idempotency_key' = any (p.proargnames)
  and p.prosrc !~ 'app\.own_key\(p_idempotency_key\)'), null, 'a key is taken as its owner''s in every function');
select is((select string_agg(p.proname, ', ') from pg_proc p where p.pronamespace in ('api'::regnamespace, 'app'::regnamespace) and p.prosrc ~ '(?i)''[^'']*idempotency key '
  and p.proname not in ('own_key', 'refuse_key')), null, 'and refused in one place');
select * from finish();
rollback;
