-- Whether a password was set before its address was proved is told to nobody: it says whose account may be taken over.
-- up
insert into maitred.hidden_columns values ('users', 'password_unproven') on conflict do nothing;
revoke select (password_unproven), insert (password_unproven), update (password_unproven) on users from anon, authenticated, service_role;

-- down
grant select (password_unproven) on users to service_role;
