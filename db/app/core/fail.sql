-- How a function refuses. SQLSTATE MDxyz becomes HTTP status xyz; the message is for people, the detail is JSON for programs.
--   perform app.fail(409, 'This slot has just been taken.', 'p_start_time',
--     jsonb_build_object('alternatives', v_free), 'Choose one of the alternatives.');
create or replace function app.fail(
  p_status int,
  p_message text,
  p_field text default null,
  p_detail jsonb default '{}',
  p_hint text default null) returns void
language plpgsql
as $$
begin
  raise exception using
    errcode = 'MD' || p_status,
    message = p_message,
    detail = (jsonb_strip_nulls(jsonb_build_object('field', p_field)) || coalesce(p_detail, '{}'))::text,
    hint = coalesce(p_hint, '');
end $$;
comment on function app.fail(int, text, text, jsonb, text) is 'Refuses with SQLSTATE MDxyz, which the daemon answers as HTTP xyz. Statuses in use: 400 bad input, 401, 403, 404, 409 taken, 410 over, 422 wrong state, 429 too often.';

-- The same body without an exception: what the function has written so far stays (an attempt that must be counted).
create or replace function app.refusal(
  p_status int,
  p_message text,
  p_field text default null,
  p_detail jsonb default '{}',
  p_hint text default null) returns jsonb
language plpgsql
as $$
begin
  perform set_config('response.status', p_status::text, true);
  return jsonb_build_object(
    'code', 'MD' || p_status, 'message', p_message,
    'details', (jsonb_strip_nulls(jsonb_build_object('field', p_field)) || coalesce(p_detail, '{}'))::text,
    'hint', p_hint);
end $$;
comment on function app.refusal(int, text, text, jsonb, text) is 'The error body as a value, with response.status set: for refusals whose traces must stay.';

grant execute on function app.fail(int, text, text, jsonb, text), app.refusal(int, text, text, jsonb, text)
  to anon, authenticated, service_role, maitred_auth;
