-- SECURITY DEFINER: a price hangs on the organization's currency and clock, which visitors do not read.
create function api.quote_parts(p_parts jsonb, p_organization_id uuid default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_part jsonb;
  v_quotes jsonb := '[]';
  v_code boolean := coalesce(jsonb_path_exists(p_parts, 'lax $[*].promo_code'), false);
  v_message text;
  v_detail text;
  v_hint text;
begin
  if v_code then
    perform app.begin_attempt('quote_parts');
  end if;
  v_organization := app.check_parts(p_parts, p_organization_id);
  for v_part in select e from jsonb_array_elements(p_parts) with ordinality x (e, n) order by n loop
    begin
      v_quotes := v_quotes || (app.quote_part(v_organization, v_part) - 'quote' - 'organization_id' - 'policy_id' || jsonb_strip_nulls(jsonb_build_object('key', v_part -> 'key')));
    exception when sqlstate 'MD400' or sqlstate 'MD403' or sqlstate 'MD404' or sqlstate 'MD409' or sqlstate 'MD410' or sqlstate 'MD422' then
      get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
      if v_code and app.part_refusal(v_part, sqlstate, v_message, v_detail, v_hint) ->> 'field' = 'promo_code' then
        perform app.count_attempt('quote_parts', null, 'promo_code');      -- counted here: the answer as a whole is no refusal
      end if;
      v_quotes := v_quotes || (app.part_refusal(v_part, sqlstate, v_message, v_detail, v_hint) || '{"available": false}');
    end;
  end loop;
  return jsonb_build_object('organization_id', v_organization, 'parts', v_quotes,
    'total', (select coalesce(sum((q ->> 'price')::numeric), 0) from jsonb_array_elements(v_quotes) q),
    'due_now', (select coalesce(sum((q ->> 'deposit')::numeric), 0) from jsonb_array_elements(v_quotes) q));
exception when others then
  if not v_code then
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('quote_parts', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.quote_parts(jsonb, uuid) is
  'What parts would cost and why, line by line, without holding anything: each with price, deposit, lines, terms with their instants, available; a part that cannot be had has message, field, reason and alternatives instead. Decimal amounts, tax included in price. Public.
answers {"organization_id": "uuid", "parts": ["quoted_part | part_not_had"], "total": "number", "due_now": "number"}
shape quoted_part {"kind": "basket_parts.kind", "title": "text", "place": "text | null", "starts_at": "instant", "ends_at": "instant", "timezone": "text", "people": "int", "price": "number",
  "deposit": "number", "tax_amount": "number", "currency": "text", "lines": "part_line[]", "terms": "terms", "available": "boolean", "key?": "text"}
shape part_not_had {"...": "refused_part", "available": "false"}';
grant execute on function api.quote_parts(jsonb, uuid) to anon, authenticated, service_role;
