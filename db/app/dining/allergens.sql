-- What is in a dish once somebody has chosen.

-- What a choice brings counts after everything that choices take out: extra cheese on "no cheese" is cheese. Names are compared
-- without case and blanks; the first spelling stays.
create or replace function app.allergens_after(p_dish jsonb, p_removed jsonb, p_added jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select coalesce(jsonb_agg(name order by place), '[]')
  from (
    select distinct on (lower(btrim(name))) btrim(name) as name, place
    from (
      select d.name, d.place from jsonb_array_elements_text(p_dish) with ordinality d(name, place)
      where not exists (select from jsonb_array_elements_text(p_removed) r(name) where lower(btrim(r.name)) = lower(btrim(d.name)))
      union all
      select a.name, 1000 + a.place from jsonb_array_elements_text(p_added) with ordinality a(name, place)) as known
    where btrim(name) <> ''
    order by lower(btrim(name)), place) as once;
$$;
comment on function app.allergens_after(jsonb, jsonb, jsonb) is 'A dish''s allergens without the removed ones, with the added ones.';

create or replace function app.chosen_allergens(p_dish jsonb, p_modifier_ids uuid[]) returns jsonb
language sql stable security definer
as $$
  select app.allergens_after(p_dish,
    coalesce((select jsonb_agg(a) from modifiers m, jsonb_array_elements_text(m.removes_allergens) a where m.id = any (p_modifier_ids)), '[]'),
    coalesce((select jsonb_agg(a order by m.rank, m.id) from modifiers m, jsonb_array_elements_text(m.adds_allergens) a where m.id = any (p_modifier_ids)), '[]'));
$$;
comment on function app.chosen_allergens(jsonb, uuid[]) is 'What is in a dish with these choices.';

-- The words in a text that a cook must not miss, as they were written. Rather one too many than one too few: "no allergies" counts.
create or replace function app.allergy_words(p_text text) returns jsonb
language plpgsql immutable parallel safe
as $$
begin
  if coalesce(p_text, '') = '' then -- most lines have no note
    return '[]';
  end if;
  return (
    select coalesce(jsonb_agg(distinct w.found[1]), '[]')
    from regexp_matches(normalize(p_text, nfc),
      '(\m[[:alpha:]-]*(?:allerg|alerg|alérg|alèrg|c(?:o|ö|œ|oe)?eliac|cœlia|celiac|celíac|celiaq|coeliaq|zöliak|zoeliak|zoliak|coeliak|intoleran|intoléran|unverträglich|unvertraglich|'
      'anaph[yi]la|anafila|epi-?pen|adrenal(?:in|ine)\M|favism|аллерг|алерг|целиак|анафила|непереносим|حساسي|سيلياك|アレルギ|过敏|過敏)[[:alpha:]-]*'
      '|\m(?:gluten|nut|peanut|dairy|lactose|milk|egg|soy|fish|shellfish|sesame)[- ]?free\M|\m(?:glutenfrei|laktosefrei|nussfrei)[[:alpha:]]*|\mlaktose[[:alpha:]]*'
      '|\m(?:no|without|ohne|keine|kein|sin|sans|senza|без)\s+(?:any\s+)?(?:gluten|nuts?|peanuts?|nüsse|nuss|erdnüsse|milk|milch|dairy|lactose|laktose|eggs?|eier|fish|fisch|soya?|sesame|sesam|celery|sellerie|mustard|senf|shellfish|'
      'frutos secos|cacahuetes?|noix|arachides?|noci|arachidi|lattosio|glutine|latte|uova|глютена|орехов|молока)\M)', 'gi') as w(found));
end $$;
comment on function app.allergy_words(text) is 'Words about allergies in what somebody wrote, in several languages; [] when there are none.';

grant execute on function app.allergy_words(text) to anon, authenticated, service_role;
