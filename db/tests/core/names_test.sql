-- One person, however a number is written and a name is typed.
\ir ../start.sql
select * from no_plan();

-- ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
select is(app.normalize_phone(given, country), wanted, given || coalesce(' in ' || country, '')) from (values
  ('+49 30 123456', null, '+4930123456'), ('+49 (0)30 123456', null, '+4930123456'), ('0049 (0) 30/123456', 'DE', '+4930123456'), ('+49 030 123456', null, '+4930123456'),
  ('030 123456', 'DE', '+4930123456'), ('(030) 12 34 56', 'DE', '+4930123456'), ('4930123456', 'DE', '+4930123456'), ('4930123456', null, '+4930123456'), ('4930123456@s.whatsapp.net', 'FR', '+4930123456'),
  ('+49 30 123456 ext. 7', null, '+4930123456'), ('+49 30 123456 x7', null, '+4930123456'), ('030 123456 Durchwahl 12', 'DE', '+4930123456'), ('tel:+49-30-123456;ext=7', null, '+4930123456'), ('030 123456,12', 'DE', '+4930123456'),
  ('٠٥٠١٢٣٤٥٦٧', 'AE', '+971501234567'), ('+٩٧١٥٠١٢٣٤٥٦٧', null, '+971501234567'), ('۰۹۱۲۱۲۳۴۵۶۷', 'IR', '+989121234567'), ('＋８１ ９０－１２３４－５６７８', null, '+819012345678'),
  ('+39 06 1234567', null, '+39061234567'), ('+39 (0)6 1234567', null, '+39061234567'), ('06 1234567', 'IT', '+39061234567'),
  ('+52 1 55 1234 5678', null, '+525512345678'), ('5215512345678', 'MX', '+525512345678'), ('55 1234 5678', 'MX', '+525512345678'), ('+52 55 1234 5678', null, '+525512345678'),
  ('8 (912) 345-67-89', 'RU', '+79123456789'), ('+7 912 345-67-89', null, '+79123456789'), ('(212) 555-0123', 'US', '+12125550123'), ('1-212-555-0123', 'US', '+12125550123'), ('011 49 30 123456', 'US', '+4930123456'),
  ('07911 123456', 'GB', '+447911123456'), ('+44 (0)7911 123456', null, '+447911123456'), ('06 12 34 56 78', 'FR', '+33612345678'), ('0 21 98765-4321', 'BR', '+5521987654321'),
  ('011 15-2345-6789', 'AR', '+5491123456789'), ('+54 9 11 2345 6789', null, '+5491123456789'), ('090-1234-5678', 'JP', '+819012345678'), ('13812345678', 'CN', '+8613812345678'), ('612 34 56 78', 'ES', '+34612345678'),
  -- what no plan knows keeps its digits
  ('112', 'DE', '112'), ('+999 1', null, '+9991'), ('030 123456', null, '030123456'), ('call me', 'DE', null), ('', 'DE', null), (null, 'DE', null)) t(given, country, wanted);
select lives_ok($$select app.national_number('123456789', pattern, prefix, transform) from app.phone_regions$$, 'every plan is a pattern that PostgreSQL reads');
-- the country is that of the zone, unless the house says another
select tests.as_owner();
select is(app.phone_country(tests.id('a')), 'DE', 'Berlin is in Germany');
select tests.as('a.manager');
insert into customers (id, organization_id, full_name, phone) values (tests.id('ada'), tests.id('a'), 'Ada', '030 123456');
select is((select phone from customers where id = tests.id('ada')), '+4930123456', 'a number is kept one way, through the table too');
select tests.as_owner();
select is(app.find_or_create_customer(tests.id('a'), 'Ada', null, given), tests.id('ada'), 'one guest: ' || given)
from unnest(array['+49 (0)30 123456', '0049 30 123456', '4930123456', '٠٣٠١٢٣٤٥٦', '030/123456 ext 3']) given;
update organizations set country = 'AT' where id = tests.id('a');
select isnt(app.find_or_create_customer(tests.id('a'), 'Ada', null, '030 123456'), tests.id('ada'), 'in Austria the same digits are another number');
update organizations set country = null where id = tests.id('a');

-- ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────
select is(app.fold_name(given) like all (app.name_patterns(search)), wanted, given || ' / ' || search) from (values
  ('José Muñoz', 'Jose', true), ('José Muñoz', 'jose munoz', true), ('José Muñoz', 'Muñoz, José', true), ('Jose Munoz', 'José', true), (normalize('José', NFD), 'José', true), ('José', normalize('JOSÉ', NFD), true),
  ('Anna-Lena Groß', 'Lena', true), ('Anna-Lena Groß', 'Gross', true), ('Anna-Lena GROSS', 'groß', true), ('Anna-Lena Groß', 'Anna Lena', true), ('Łukasz Żak', 'Lukasz', true), ('Łukasz Żak', 'zak', true), ('Søren Ærø', 'soren', true),
  ('Sinéad O''Brien', 'brien', true), ('Sinéad O’Brien', 'O''Brien', true), ('Sinéad OBrien', 'o´brien', true), ('山田太郎', '太郎', true), ('山田　太郎', '山田', true), ('Иван Ёлкин', 'иван', true), ('ИВАН ЁЛКИН', 'елкин', true), ('İbrahim Çelik', 'ibrahim', true),
  ('Αλέξανδρος', 'αλεξ', true), ('مُحَمَّد', 'محمد', true), ('김철수', '철수', true), ('Jose Munoz', 'Josefa', false), ('Ada Lovelace', 'Ada Byron', false), ('100%', '%', null)) t(given, search, wanted);
select is(phone like app.phone_pattern(search), wanted, phone || ' / ' || search) from (values
  ('+49170123456', '0170 123', true), ('+49170123456', '3456', true), ('+49170123456', '+49 170', true), ('+49170123456', '٠١٧٠١٢٣', true), ('+49170123456', '345', null), ('+49170123456', 'x3456', null), ('+49170123456', '9999', false)) t(phone, search, wanted);

-- ── who was merged stays merged ──────────────────────────────────────────────────────────────────────────────────────
insert into customers (id, organization_id, full_name, email, phone) values
  (tests.id('ida'), tests.id('a'), 'Ida Kern', 'ida@example.com', null), (tests.id('ida2'), tests.id('a'), 'Ida Kern', 'ida.office@example.com', null), (tests.id('ida3'), tests.id('a'), 'I. Kern', null, '+4930777777');
select tests.as('a.manager');
select merge_customers(tests.id('ida2'), array[tests.id('ida3')]) is not null;
select merge_customers(tests.id('ida'), array[tests.id('ida2')]) is not null;
select tests.as_owner();
select is(app.find_or_create_customer(tests.id('a'), 'Ida Kern', 'IDA.office@example.com'), tests.id('ida'), 'a booking under the address of a duplicate is the kept customer''s');
select is(app.find_or_create_customer(tests.id('a'), 'Ida Kern', null, '030 777777'), tests.id('ida'), 'by the number, through two merges');
select isnt(app.find_or_create_customer(tests.id('b'), 'Ida Kern', 'ida.office@example.com'), tests.id('ida'), 'not in another organization');
select * from finish();
rollback;
