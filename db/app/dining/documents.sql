-- What stands on the paper of a table (app/core/documents.sql).

create or replace function app.restaurant_head(p_restaurant jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_array(app.doc_text(p_restaurant ->> 'name', 'center', 'large', true), app.doc_text(p_restaurant ->> 'address', 'center', 'small'),
    app.doc_text(concat_ws(' · ', p_restaurant ->> 'phone', p_restaurant ->> 'email'), 'center', 'small'));
$$;

-- The lines of a receipt, as get_receipt tells them: what was chosen stands below its dish.
create or replace function app.receipt_lines(p_receipt jsonb, p_currency text, p_language text) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(e order by n, m), '[]')
  from jsonb_array_elements(p_receipt -> 'lines') with ordinality x (l, n), lateral (
    select 0 as m, app.doc_row(case when (l ->> 'quantity')::int > 1 then (l ->> 'quantity') || ' × ' else '' end || (l ->> 'name'),
      app.money_text(app.to_amount((l ->> 'unit_price')::bigint * (l ->> 'quantity')::int, p_currency), p_currency, p_language)) as e
    union all
    select 1, app.doc_text('   ' || string_agg(case when (c ->> 'quantity')::int > 1 then (c ->> 'quantity') || ' × ' else '' end || (c ->> 'name'), ', '), 'start', 'small')
    from jsonb_array_elements(l -> 'modifiers') c having count(*) > 0) parts;
$$;

-- SECURITY DEFINER like get_receipt, which decides who may see it.
create or replace function app.receipt_document(p_receipt jsonb, p_organization_id uuid, p_language text) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_language text := app.document_language(p_language, p_organization_id);
  w          jsonb := app.document_words(v_language);
  v_place    jsonb := p_receipt -> 'restaurant';
  v_currency text := v_place ->> 'currency';
  v_at       timestamptz := coalesce(p_receipt ->> 'billed_at', p_receipt ->> 'opened_at')::timestamptz;
begin
  return app.document('receipt', format('%s, %s', w ->> 'receipt', v_place ->> 'name'), v_language, 'roll', v_at,
    app.restaurant_head(v_place) || jsonb_build_array(
      app.doc_gap(),
      app.doc_row((w ->> 'table') || ' ' || (p_receipt ->> 'table_number'), app.moment_text(v_at, v_place ->> 'timezone', v_language)),
      app.doc_rule())
    || app.receipt_lines(p_receipt, v_currency, v_language)
    || coalesce((select jsonb_agg(app.doc_row(coalesce(nullif(a ->> 'reason', ''), w ->> (case a ->> 'kind' when 'discount' then 'discount' else 'service_charge' end)),
          app.money_text(app.to_amount((a ->> 'applied_amount')::bigint, v_currency), v_currency, v_language)))
        from jsonb_array_elements(p_receipt -> 'adjustments') a), '[]')
    || case when (p_receipt ->> 'other_amount')::bigint <> 0
         then jsonb_build_array(app.doc_row(w ->> 'other', app.money_text(app.to_amount((p_receipt ->> 'other_amount')::bigint, v_currency), v_currency, v_language))) else '[]' end
    || jsonb_build_array(app.doc_rule(),
         app.doc_row(w ->> 'total', app.money_text(app.to_amount((p_receipt ->> 'total_amount')::bigint, v_currency), v_currency, v_language), 'large', true))
    || coalesce((select jsonb_agg(app.doc_row(coalesce(w ->> (p ->> 'method'), p ->> 'method', w ->> 'paid'), app.money_text(app.to_amount((p ->> 'amount')::bigint, v_currency), v_currency, v_language)))
        from jsonb_array_elements(p_receipt -> 'payments') p), '[]')
    || case when (p_receipt ->> 'due_amount')::bigint <> 0
         then jsonb_build_array(app.doc_row(w ->> 'due', app.money_text(app.to_amount((p_receipt ->> 'due_amount')::bigint, v_currency), v_currency, v_language), 'normal', true)) else '[]' end
    || jsonb_build_array(app.doc_gap())
    || coalesce(app.doc_taxes((
         select jsonb_agg(jsonb_build_object('tax_rate', t -> 'tax_rate', 'net_amount', app.to_amount((t ->> 'net_amount')::bigint, v_currency),
             'tax_amount', app.to_amount((t ->> 'tax_amount')::bigint, v_currency), 'total_amount', app.to_amount((t ->> 'total_amount')::bigint, v_currency)) order by n)
         from jsonb_array_elements(p_receipt -> 'taxes') with ordinality x (t, n)), v_currency, v_language), '[]')
    || jsonb_build_array(app.doc_gap(), app.doc_text(w ->> 'thanks', 'center')));
end $$;
comment on function app.receipt_document(jsonb, uuid, text) is 'A receipt (what get_receipt answers) as a document.';
