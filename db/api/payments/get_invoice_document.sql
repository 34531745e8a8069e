-- SECURITY DEFINER: get_invoice refuses whoever it is not for.
create or replace function api.get_invoice_document(p_invoice_id uuid, p_language text default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v          jsonb := api.get_invoice(p_invoice_id);
  v_language text := coalesce(app.document_language(coalesce(p_language, v ->> 'language'), null), 'en');
  w          jsonb := app.document_words(v_language);
  c          text := v ->> 'currency';
  v_columns  int[] := array[44, 10, 16, 12, 18];
  v_title    text := format('%s %s', w ->> (v ->> 'kind'), v ->> 'number');
begin
  return app.document(v ->> 'kind', v_title, v_language, 'A4', (v ->> 'issued_at')::timestamptz, jsonb_build_array(
      app.doc_text(v #>> '{seller,name}', 'start', 'large', true), app.doc_text(v #>> '{seller,address}', 'start', 'small'),
      app.doc_text(concat_ws(' · ', v #>> '{seller,phone}', v #>> '{seller,email}', (w ->> 'tax_number') || ' ' || (v #>> '{seller,tax_number}')), 'start', 'small'), app.doc_gap(2),
      case when v -> 'buyer' <> '{}' then app.doc_text(w ->> 'bill_to', 'start', 'small') end, app.doc_text(v #>> '{buyer,name}', 'start', 'normal', true), app.doc_text(v #>> '{buyer,address}'),
      app.doc_text((w ->> 'tax_number') || ' ' || (v #>> '{buyer,tax_number}')), app.doc_text(v #>> '{buyer,email}', 'start', 'small'), app.doc_gap(2),
      app.doc_text(v_title, 'start', 'huge', true), app.doc_row(w ->> 'date', v ->> 'issued_on'),
      case when v ->> 'credits_number' is not null then app.doc_row(w ->> 'for_invoice', v ->> 'credits_number') end, app.doc_gap(),
      app.doc_cells(array[w ->> 'description', w ->> 'quantity', w ->> 'price', w ->> 'rate', w ->> 'amount'], v_columns, 'small', true), app.doc_rule())
    || coalesce((select jsonb_agg(app.doc_cells(array[l ->> 'description', trim_scale((l ->> 'quantity')::numeric)::text, app.money_text((l ->> 'unit_amount')::numeric, c, v_language),
             trim_scale((l ->> 'tax_rate')::numeric) || chr(160) || '%', app.money_text((l ->> 'amount')::numeric, c, v_language)], v_columns) order by n)
         from jsonb_array_elements(v -> 'lines') with ordinality x (l, n)), '[]')
    || jsonb_build_array(app.doc_rule(), app.doc_row(w ->> 'total', app.money_text((v ->> 'total_amount')::numeric, c, v_language), 'large', true),
         case when v ->> 'kind' = 'invoice' then app.doc_row(w ->> 'paid', app.money_text((v ->> 'paid_amount')::numeric, c, v_language)) end, app.doc_gap())
    || coalesce(app.doc_taxes(v -> 'taxes', c, v_language), '[]')
    || jsonb_build_array(app.doc_gap(), app.doc_text(v ->> 'note'), app.doc_text(v #>> '{seller,footer}', 'start', 'small')));
end $$;
comment on function api.get_invoice_document(uuid, text) is 'An invoice or credit note as a document, in its own language or another. For staff and whose bookings are on it. GET /print/v1/invoices/<id> gives it as a PDF.
answers "document"';
grant execute on function api.get_invoice_document(uuid, text) to authenticated, service_role;
