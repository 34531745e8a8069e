-- Which columns of which tables no client reads. Column grants are lists, and a column that a later migration adds stands in none; what is not
-- here is granted to whoever reads the rest of its table (app.extend_column_grants).
-- up
create table maitred.hidden_columns (
  table_name  text not null,
  column_name text not null,
  primary key (table_name, column_name)
);
comment on table maitred.hidden_columns is 'Columns that no client role reads, by table; written by app.secure_table (p_hidden).';
insert into maitred.hidden_columns values
  ('users', 'hashed_password'), ('users', 'two_factor_secret'), ('auth_sessions', 'refresh_key'), ('mfa_factors', 'secret'), ('mfa_challenges', 'code_hash'),
  ('mfa_recovery_codes', 'code_hash'), ('one_time_tokens', 'token_hash'), ('one_time_tokens', 'code_hash'), ('one_time_tokens', 'metadata'),
  ('flow_states', 'state_hash'), ('flow_states', 'auth_code_hash'), ('flow_states', 'nonce'), ('flow_states', 'provider_verifier'),
  ('auth_providers', 'client_secret'), ('password_history', 'hashed_password'), ('idempotency_keys', 'body'), ('bot_platform_credentials', 'credentials'),
  ('integration_credentials', 'credentials'), ('staff_schedules', 'hourly_rate'), ('time_entries', 'hourly_rate');

-- down
drop table maitred.hidden_columns;
