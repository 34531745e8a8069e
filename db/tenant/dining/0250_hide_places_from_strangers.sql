-- A login that has proved nothing reads no row of restaurants, whose columns are for its people; visitors read what a menu shows, and get_restaurants and
-- get_menu tell everybody. Who counts wrong codes tells nobody whose tables and addresses these are.
-- up
drop policy public_select on restaurants;
create policy public_select on restaurants for select to anon using (is_active);
create policy known_select on restaurants for select to authenticated using (is_active and not (select app.is_stranger()));
drop policy staff_select on otp_guards;
revoke select on otp_guards from authenticated;

-- down
grant select on otp_guards to authenticated;
create policy staff_select on otp_guards for select to authenticated using (true and (select auth.may('settings', 'read')));
drop policy known_select on restaurants;
drop policy public_select on restaurants;
create policy public_select on restaurants for select to anon, authenticated using (is_active);
