-- A flag about a password is the sign-in service's.
-- up
insert into maitred.hidden_columns values ('users', 'password_unproven') on conflict do nothing;

-- down
delete from maitred.hidden_columns where column_name = 'password_unproven';
