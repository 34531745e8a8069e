-- SECURITY DEFINER: the house's name and language are on it. get_folio refuses whoever the bill is not for.
create or replace function api.get_bill_document(p_booking_type text, p_id uuid, p_language text default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v          jsonb := case when p_booking_type = 'folio' then api.get_folio(p_folio_id => p_id) else api.get_folio(p_booking_type => p_booking_type, p_booking_id => p_id) end;
  v_language text := app.document_language(p_language, (v ->> 'organization_id')::uuid);
  w          jsonb := app.document_words(v_language);
  c          text := v ->> 'currency';
  v_columns  int[] := array[52, 12, 18, 18];
begin
  return app.document('bill', w ->> 'bill', v_language, 'A4', now(),
    app.house_head((v ->> 'organization_id')::uuid)
    || jsonb_build_array(app.doc_gap(), app.doc_text(w ->> 'bill', 'start', 'huge', true), app.doc_gap(),
         app.doc_cells(array[w ->> 'description', w ->> 'quantity', w ->> 'price', w ->> 'amount'], v_columns, 'small', true), app.doc_rule())
    || coalesce((select jsonb_agg(app.doc_cells(array[l ->> 'description', trim_scale((l ->> 'quantity')::numeric)::text,
           app.money_text((l ->> 'unit_amount')::numeric, c, v_language), app.money_text((l ->> 'amount')::numeric, c, v_language)], v_columns) order by n)
         from jsonb_array_elements(v -> 'lines') with ordinality x (l, n)), '[]')
    || jsonb_build_array(app.doc_rule(), app.doc_row(w ->> 'total', app.money_text((v ->> 'total')::numeric, c, v_language), 'large', true),
         app.doc_row(w ->> 'tax', app.money_text((v ->> 'tax')::numeric, c, v_language), 'small'),
         app.doc_row(w ->> 'paid', app.money_text((v ->> 'paid')::numeric, c, v_language)),
         app.doc_row(w ->> 'due', app.money_text((v ->> 'balance')::numeric, c, v_language), 'normal', true)));
end $$;
comment on function api.get_bill_document(text, uuid, text) is
  'The bill of a folio (p_booking_type "folio") or of a booking as a document, as it stands now: it is no invoice. For staff and whose it is. GET /print/v1/bills/<type>/<id> gives it as a PDF.
answers "document"';
grant execute on function api.get_bill_document(text, uuid, text) to authenticated, service_role;
