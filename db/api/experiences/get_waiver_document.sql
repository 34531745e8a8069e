-- SECURITY DEFINER: who signed reads a text that has been replaced since. The rights are checked here.
create or replace function api.get_waiver_document(p_submission_id uuid, p_language text default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v          record;
  w          jsonb;
  v_language text;
begin
  select s.*, f.title, f.content, f.language as text_language, o.name as house, o.address as house_address, coalesce(p.timezone, o.timezone) as timezone, b.reference_number
    into v
  from waiver_submissions s join waivers f on f.id = s.waiver_id join organizations o on o.id = s.organization_id
  left join bookings b on b.id = s.booking_id left join venues p on p.id = coalesce(b.venue_id, f.venue_id)
  where s.id = p_submission_id;
  if v.id is null or not (app.works_for(v.organization_id, 'waivers', 'read') or coalesce(v.customer_id = any (app.own_customer_ids()), false)) then
    perform app.fail(404, 'There is no such signed waiver.', 'p_submission_id');
  end if;
  -- the document speaks the language of the text that was signed
  v_language := app.document_language(coalesce(p_language, v.text_language), v.organization_id);
  w := app.document_words(v_language);
  return app.document('waiver', format('%s: %s', w ->> 'waiver', v.title), v_language, 'A4', v.signed_at, jsonb_build_array(
    app.doc_text(v.house, 'start', 'normal', true), app.doc_text(v.house_address, 'start', 'small'), app.doc_gap(),
    app.doc_text(v.title, 'start', 'huge', true), app.doc_text(format('%s %s', w ->> 'version', v.waiver_version), 'start', 'small'), app.doc_gap(),
    app.doc_text(v.content), app.doc_gap())
    || coalesce((select jsonb_agg(app.doc_row(a.key, case jsonb_typeof(a.value) when 'boolean' then case when a.value = 'true' then '✓' else '–' end else a.value #>> '{}' end))
                 from jsonb_each(v.answers) a), '[]')
    || jsonb_build_array(app.doc_gap(), app.doc_rule(), app.doc_row(w ->> case when v.is_minor then 'signed_for' else 'signed_by' end, v.signer_name),
         case when v.date_of_birth is not null then app.doc_row(w ->> 'born', v.date_of_birth::text) end,
         case when v.guardian_name is not null then app.doc_row(w ->> 'signed_by', concat_ws(', ', v.guardian_name, v.guardian_relationship)) end,
         app.doc_row(w ->> 'signed_at', app.moment_text(v.signed_at, v.timezone, v_language) || ' (' || v.timezone || ')'),
         case when v.reference_number is not null then app.doc_row(w ->> 'booking', v.reference_number) end,
         case when v.ip_address is not null then app.doc_row(w ->> 'from_address', host(v.ip_address)) end,
         case when v.user_agent is not null then app.doc_row(w ->> 'with_device', v.user_agent, 'small') end,
         app.doc_row(w ->> 'fingerprint', v.content_hash, 'small'), app.doc_gap(),
         case when coalesce(v.guardian_signature, v.signature) is not null then jsonb_build_object('drawing', coalesce(v.guardian_signature, v.signature)) end,
         app.doc_rule(), app.doc_text(coalesce(v.guardian_name, v.signer_name), 'start', 'small')));
end $$;
comment on function api.get_waiver_document(uuid, text) is
  'A signed waiver as a document: the text that was shown, who signed, when and from where, the drawing. For who may read signatures. GET /print/v1/waivers/<id> gives it as a PDF.
answers "document"';
grant execute on function api.get_waiver_document(uuid, text) to authenticated, service_role;
