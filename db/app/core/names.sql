-- Names as people search for them: without accents, case, apostrophes, hyphens and the way a keyboard composes signs.
-- IMMUTABLE, for indexes stand on it: the dictionary is named, the case is ICU's, so that neither depends on a setting. A change of its body wants the
-- indexes made anew (reindex in a migration).
create or replace function app.fold_name(p_name text) returns text
language sql immutable parallel safe
as $$
  select trim(regexp_replace(
    public.unaccent('public.unaccent'::regdictionary,
      normalize(regexp_replace(normalize(lower(p_name collate "und-x-icu"), NFKD), '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u0640\u064b-\u065f\u0670''’‘ʼʻ`´]', '', 'g'), NFC)),
    '[^[:alnum:]\u0080-\U0010ffff]+', ' ', 'g'));
$$;
comment on function app.fold_name(text) is 'A name as it is searched: lower case, no accents, no apostrophes, one blank between words; ß is ss, Ł is l.';

-- Every word of the search stands somewhere in the name: "Jose Munoz", "munoz, jose", "太郎".
create or replace function app.name_patterns(p_search text) returns text[]
language sql immutable parallel safe
as $$ select array_agg('%' || replace(replace(w, '\', '\\'), '_', '\_') || '%') from regexp_split_to_table(app.fold_name(p_search), ' ') w where w <> '' $$;
comment on function app.name_patterns(text) is 'LIKE patterns, all of which a folded name has to match; null for a search without letters.';

-- Part of a number as people read it from a slip: at least four digits, with or without the zero that is dialled at home.
create or replace function app.phone_pattern(p_search text) returns text
language sql immutable parallel safe
as $$
  select case when length(d) >= 4 and s !~ '[[:alpha:]@]' then '%' || d || '%' end
  from (select s, ltrim(regexp_replace(s, '[^0-9]', '', 'g'), '0') as d
        from (select translate(p_search, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789') as s) x) y;
$$;
comment on function app.phone_pattern(text) is 'A LIKE pattern for digits of a phone number; null for what is none.';

-- A number plate without blanks and hyphens, in Latin letters: plates use the twelve Cyrillic letters that look like Latin ones, and are typed with either. IMMUTABLE,
-- for an index stands on it.
create or replace function app.fold_plate(p_plate text) returns text
language sql immutable parallel safe
as $$ select regexp_replace(translate(upper(p_plate collate "und-x-icu"), 'АВЕКМНОРСТУХІ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'ABEKMHOPCTYXI01234567890123456789'), '[^[:alnum:]\u0080-\U0010ffff]+', '', 'g') $$;
comment on function app.fold_plate(text) is 'A number plate as it is searched.';

-- The four digits of a card that somebody typed beside a payment: "Visa 4242", "**** 4242". IMMUTABLE, for an index stands on it.
create or replace function app.card_digits(p_reference text) returns text
language sql immutable parallel safe
as $$ select (regexp_match(p_reference, '([0-9]{4})[^0-9]*$'))[1] $$;
comment on function app.card_digits(text) is 'The last four digits in what was written beside a payment; null where there are none.';

grant execute on function app.fold_name(text), app.name_patterns(text), app.phone_pattern(text), app.fold_plate(text), app.card_digits(text) to anon, authenticated, service_role;
