-- A receipt that was printed belongs to its session, and goes with what is known of its people.
-- up
alter table print_jobs drop constraint print_jobs_kind_check, add constraint print_jobs_kind_check check (kind in ('ticket', 'cancellation', 'receipt'));
update print_jobs j set session_id = null where session_id is not null and not exists (select from table_sessions s where s.id = j.session_id and s.restaurant_id = j.restaurant_id);
alter table print_jobs add foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete cascade;
create index print_jobs_session on print_jobs (restaurant_id, session_id) where session_id is not null;
create index print_jobs_age on print_jobs (queued_at);
comment on column print_jobs.document is 'What was sent, frozen at the first sending. Erased with the people whose order it was.';
comment on column printers.mac is 'Of a CloudPRNT printer: one that tells another address when it polls is given nothing, against a mix-up of keys. Null: whichever has the key.';

-- down
alter table print_jobs drop constraint print_jobs_kind_check, add constraint print_jobs_kind_check check (kind in ('ticket', 'cancellation', 'receipt', 'test'));
comment on column printers.mac is 'Of a CloudPRNT printer: another one that calls with its key is refused. Null: whichever has the key.';
comment on column print_jobs.document is 'What was sent, frozen at the first sending.';
drop index print_jobs_age;
drop index print_jobs_session;
alter table print_jobs drop constraint print_jobs_restaurant_id_session_id_fkey;
