-- Columns that functions and triggers decide: who a row belongs to, money, state, ranges of time, deletion. Clients write the other
-- columns of a table as its policies allow; these are not in their grants, whatever their role. The service role writes all.
--
-- To add one: a line here, and a migration that calls app.close_decided_columns() for the tenants there are (new ones get it from the
-- migration engine). Only for tables whose grants app.secure_table() wrote: one with a list of its own leaves the column out there.
-- tests/matrix/decided_test.sql fails on a writable column whose name says that somebody may be cheated by it and
-- that is neither here nor on its list of reasons.

-- actions: i insert, u update.
create or replace function app.decided_columns() returns table (tab text, cols text, actions text, why text)
language sql immutable
as $$
  values
    ('customers',         'user_id',                                     'iu', 'whose login sees these bookings and spends this credit: app.find_or_create_customer, what a login has proved'),
    ('customers',         'loyalty_points',                              'iu', 'worth money'),
    ('customers',         'merged_into erased_at deleted_at contact_claimed', 'iu', 'merge_customers, erase_customer, archive_row; what a visitor typed'),
    ('table_reservations', 'during',                                     'iu', 'computed from date, time, length and buffer; the exclusion constraint reads it'),
    ('table_reservations', 'user_id customer_id',                        'iu', 'whose reservation it is: reserve_table'),
    ('table_reservations', 'status cancelled_at cancellation_reason session_id', 'u', 'cancel_reservation, mark_reservation_no_show, undo_reservation_no_show, seat_party'),
    ('table_reservations', 'cancelled_at session_id confirmation_code',  'i',  'the code is random'),
    ('table_reservations', 'confirmation_code idempotency_key restaurant_id', 'u', 'what the guest was told stays; another place is another reservation'),
    ('table_reservations', 'hold_expires_at',                            'iu', 'a table is held by hold_basket'),
    ('table_sessions',    'total_amount net_amount tax_amount paid_amount', 'u', 'follow lines and payments'),
    ('table_sessions',    'status version opened_by merged_into billed_at cleared_at reservation_id table_id restaurant_id receipt_code service_seen_call service_seen_at service_seen_by', 'u', 'bill_session, unbill_session, clear_session, move_party, merge_sessions'),
    ('table_sessions',    'deleted_at',                                  'iu', 'a session that vanishes takes its revenue out of the reports; an empty one is cleared'),
    ('table_sessions',    'reservation_id merged_into opened_by billed_at cleared_at paid_amount receipt_code service_seen_call service_seen_at service_seen_by', 'i', 'seat_party, merge_sessions'),
    ('session_customers', 'user_id joined_at deleted_at',                'iu', 'join_table_session, remove_participant'),
    ('session_customers', 'session_id restaurant_id',                    'u',  'move_party takes people along'),
    ('printers',          'status status_text seen_at',                  'iu', 'what the printer itself says'),
    ('waitlist_entries',  'code status session_id notified_at ended_at joined_at idempotency_key', 'u', 'notify_waitlist, seat_party, leave_waitlist'),
    ('waitlist_entries',  'code session_id notified_at ended_at joined_at', 'i', 'the code is random'),
    ('orders',            'customer_id user_id deleted_at done_at cancelled_at cancellation_reason adjustment origin_session_id', 'i', 'who ordered, and what became of it: the kitchen''s functions'),
    ('restaurant_tables', 'status combined_into',                        'u',  'set_table_status, combine_tables, the session at the table'),
    ('restaurant_tables', 'combined_into',                               'i',  'combine_tables'),
    ('users',             'id created_at email phone is_anonymous email_verified email_confirmed_at phone_confirmed_at', 'u', 'what somebody has proved: the sign-in service'),
    ('users',             'last_sign_in_at last_password_change two_factor_enabled failed_login_attempts locked_until banned_until app_metadata deleted_at', 'u', 'the sign-in service'),
    ('promo_codes',       'used_count',                                  'iu', 'counted with the bookings'),
    ('games',             'deleted_at created_by',                       'iu', 'archive_row'),
    ('venues',            'deleted_at created_by',                       'iu', 'archive_row'),
    ('media',             'deleted_at uploaded_by',                      'iu', 'archive_row'),
    ('storage_buckets',   'owner_id',                                    'iu', 'who made it'),
    ('storage_objects',   'owner_id version metadata last_accessed_at',  'iu', 'what the daemon keeps, and who put it there: app.storage_decide_object()'),
    ('waivers',           'created_by',                                  'iu', 'who wrote the text'),
    ('invoices',          'status received_at received_by created_by',   'i',  'receive_invoice moves the stock'),
    ('invoices',          'received_at received_by created_by',          'u',  'receive_invoice'),
    ('invoice_lines',     'base_quantity price_change_percent',          'iu', 'receive_invoice'),
    ('ingredients',       'average_cost last_cost',                      'u',  'receive_invoice: the cost of every dish hangs on it'),
    ('bot_scenarios',     'published_at published_by',                   'iu', 'publish_bot_scenario'),
    ('ical_exports',      'token',                                       'iu', 'the address is the secret; it is random'),
    ('chalet_blocks',     'is_conflict created_by',                      'iu', 'found out when nights are closed')
$$;
comment on function app.decided_columns() is 'Columns that no client writes through a table, by table: which (separated by spaces), for insert (i) or update (u), and who decides them instead.';

-- Grants column by column where a table has such columns: everything else as before. Idempotent; columns that a later migration adds
-- are granted by its next run, which is part of that migration.
create or replace function app.close_decided_columns() returns int
language plpgsql
as $$
declare
  v_table record;
  v_done int := 0;
begin
  for v_table in
    select c.oid, c.relname,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              -- a table with secrets was granted column by column: what is not written yet stays so
              and (has_table_privilege('authenticated', c.oid, 'select') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))
            order by a.attnum) as cols,
      array(select w from app.decided_columns() d, unnest(string_to_array(d.cols, ' ')) w where d.tab = c.relname and d.actions ~ 'i') as not_inserted,
      array(select w from app.decided_columns() d, unnest(string_to_array(d.cols, ' ')) w where d.tab = c.relname and d.actions ~ 'u') as not_updated,
      has_any_column_privilege('authenticated', c.oid, 'insert') as inserts, has_any_column_privilege('authenticated', c.oid, 'update') as updates
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname in (select d.tab from app.decided_columns() d)
    order by c.relname
  loop
    continue when not (v_table.inserts or v_table.updates);
    execute format('revoke insert, update on %I from authenticated', v_table.relname);
    execute format('grant %s on %I to authenticated', concat_ws(', ',
        case when v_table.inserts then format('insert (%s)', (select string_agg(quote_ident(c), ', ') from unnest(v_table.cols) c where c <> all (v_table.not_inserted))) end,
        case when v_table.updates then format('update (%s)', (select string_agg(quote_ident(c), ', ') from unnest(v_table.cols) c where c <> all (v_table.not_updated))) end),
      v_table.relname);
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;
comment on function app.close_decided_columns() is 'Takes the columns of app.decided_columns() out of what clients may write; returns for how many tables. The migration engine calls it at the end of each migration.';
