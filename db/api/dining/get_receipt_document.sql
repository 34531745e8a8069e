-- SECURITY DEFINER: the link is the key, as for get_receipt, which refuses every other.
create or replace function api.get_receipt_document(p_code text, p_language text default null) returns jsonb
language sql stable security definer
as $$
  select app.receipt_document(r, (select s.organization_id from table_sessions s where s.receipt_code = lower(p_code)), p_language) from api.get_receipt(p_code) r;
$$;
comment on function api.get_receipt_document(text, text) is 'The receipt behind a link as a document, in a language (null: the house''s). GET /print/v1/receipts/<code> gives it as a PDF. Public.
answers "document"';
grant execute on function api.get_receipt_document(text, text) to anon, authenticated, service_role;
