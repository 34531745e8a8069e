-- Documents: what stands on a receipt, a bill, an invoice, a ticket of the kitchen, a signed waiver. A function of its module describes one, as JSON, and
-- src/print makes of it a PDF or what a printer takes (the shape stands in src/print/document.h and at app.document below). The words of it stand here, in
-- each language; to add one, a row.

create or replace function app.document_words(p_language text) returns jsonb
language sql immutable parallel safe
as $$
  select jsonb_object_agg(w.key, case p_language when 'de' then w.de when 'es' then w.es when 'ru' then w.ru when 'ar' then w.ar else w.en end)
  from (values
    ('receipt', 'Receipt', 'Beleg', 'Recibo', 'Чек', 'إيصال'),
    ('bill', 'Bill', 'Rechnungsübersicht', 'Cuenta', 'Счёт', 'الحساب'),
    ('invoice', 'Invoice', 'Rechnung', 'Factura', 'Счёт-фактура', 'فاتورة'),
    ('credit_note', 'Credit note', 'Gutschrift', 'Nota de crédito', 'Кредит-нота', 'إشعار دائن'),
    ('number', 'No.', 'Nr.', 'N.º', '№', 'رقم'),
    ('date', 'Date', 'Datum', 'Fecha', 'Дата', 'التاريخ'),
    ('table', 'Table', 'Tisch', 'Mesa', 'Стол', 'طاولة'),
    ('takeaway', 'To take away', 'Zum Mitnehmen', 'Para llevar', 'С собой', 'سفري'),
    ('total', 'Total', 'Summe', 'Total', 'Итого', 'المجموع'),
    ('net', 'Net', 'Netto', 'Neto', 'Без налога', 'الصافي'),
    ('tax', 'VAT', 'USt.', 'IVA', 'НДС', 'الضريبة'),
    ('rate', 'Rate', 'Satz', 'Tipo', 'Ставка', 'النسبة'),
    ('gross', 'Gross', 'Brutto', 'Bruto', 'С налогом', 'الإجمالي'),
    ('paid', 'Paid', 'Bezahlt', 'Pagado', 'Оплачено', 'المدفوع'),
    ('due', 'Due', 'Offen', 'Pendiente', 'К оплате', 'المستحق'),
    ('tip', 'Tip', 'Trinkgeld', 'Propina', 'Чаевые', 'إكرامية'),
    ('refunded', 'Refunded', 'Erstattet', 'Devuelto', 'Возвращено', 'مسترد'),
    ('discount', 'Discount', 'Rabatt', 'Descuento', 'Скидка', 'خصم'),
    ('service_charge', 'Service charge', 'Bedienung', 'Servicio', 'Обслуживание', 'رسوم الخدمة'),
    ('other', 'Other', 'Sonstiges', 'Otros', 'Прочее', 'أخرى'),
    ('cash', 'Cash', 'Bar', 'Efectivo', 'Наличные', 'نقدًا'),
    ('card', 'Card', 'Karte', 'Tarjeta', 'Карта', 'بطاقة'),
    ('bank', 'Bank transfer', 'Überweisung', 'Transferencia', 'Банковский перевод', 'تحويل بنكي'),
    ('online', 'Online', 'Online', 'En línea', 'Онлайн', 'عبر الإنترنت'),
    ('voucher', 'Voucher', 'Gutschein', 'Vale', 'Сертификат', 'قسيمة'),
    ('credit', 'Credit', 'Guthaben', 'Saldo', 'Баланс', 'رصيد'),
    ('thanks', 'Thank you!', 'Vielen Dank!', '¡Gracias!', 'Спасибо!', 'شكرًا لكم!'),
    ('bill_to', 'Bill to', 'Rechnung an', 'Facturar a', 'Плательщик', 'الفاتورة إلى'),
    ('tax_number', 'VAT number', 'USt-IdNr.', 'NIF/IVA', 'ИНН', 'الرقم الضريبي'),
    ('description', 'Description', 'Bezeichnung', 'Descripción', 'Наименование', 'البيان'),
    ('quantity', 'Qty', 'Menge', 'Cant.', 'Кол-во', 'الكمية'),
    ('price', 'Price', 'Preis', 'Precio', 'Цена', 'السعر'),
    ('amount', 'Amount', 'Betrag', 'Importe', 'Сумма', 'المبلغ'),
    ('for_invoice', 'For invoice', 'Zu Rechnung', 'De la factura', 'К счёту', 'عن الفاتورة'),
    ('tax_included', 'VAT included in the prices', 'USt. in den Preisen enthalten', 'IVA incluido en los precios', 'НДС включён в цены', 'الأسعار شاملة الضريبة'),
    ('waiver', 'Waiver', 'Verzichtserklärung', 'Exención de responsabilidad', 'Отказ от претензий', 'إقرار إخلاء المسؤولية'),
    ('version', 'Version', 'Fassung', 'Versión', 'Версия', 'الإصدار'),
    ('signed_by', 'Signed by', 'Unterschrieben von', 'Firmado por', 'Подписал(а)', 'الموقّع'),
    ('signed_at', 'Signed at', 'Unterschrieben am', 'Firmado el', 'Подписано', 'تاريخ التوقيع'),
    ('signed_for', 'Signed for', 'Unterschrieben für', 'Firmado por cuenta de', 'Подписано за', 'نيابةً عن'),
    ('born', 'Date of birth', 'Geburtsdatum', 'Fecha de nacimiento', 'Дата рождения', 'تاريخ الميلاد'),
    ('from_address', 'From address', 'Von Adresse', 'Desde la dirección', 'С адреса', 'من العنوان'),
    ('with_device', 'With', 'Mit', 'Con', 'С устройства', 'بواسطة'),
    ('fingerprint', 'SHA-256 of the text', 'SHA-256 des Textes', 'SHA-256 del texto', 'SHA-256 текста', 'بصمة النص SHA-256'),
    ('booking', 'Booking', 'Buchung', 'Reserva', 'Бронирование', 'الحجز'),
    ('reprint', 'REPRINT: may have been printed before', 'NACHDRUCK: vielleicht schon gedruckt', 'REIMPRESIÓN: puede estar ya impreso', 'ПОВТОР: возможно, уже напечатан', 'إعادة طباعة: ربما طُبع من قبل'),
    ('instead_of', 'Printed here instead of', 'Hier gedruckt anstelle von', 'Impreso aquí en lugar de', 'Напечатано здесь вместо', 'طُبع هنا بدلًا من'),
    ('allergens', 'Allergens', 'Allergene', 'Alérgenos', 'Аллергены', 'مسببات الحساسية'),
    ('course', 'Course', 'Gang', 'Plato', 'Подача', 'الطبق'),
    ('cancelled', 'CANCELLED', 'STORNIERT', 'CANCELADO', 'ОТМЕНЕНО', 'ملغى')
  ) w (key, en, de, es, ru, ar);
$$;
comment on function app.document_words(text) is 'The words that stand on documents, in a language of two letters; English where there is no other.';

-- The language of a document: the one that is asked for where we have its words, else the house's.
create or replace function app.document_language(p_language text, p_organization_id uuid) returns text
language sql stable security definer
as $$
  select coalesce(
    (select l from unnest(array[left(lower(p_language), 2), (select left(lower(o.locale), 2) from organizations o where o.id = p_organization_id)]) with ordinality x (l, n)
     where l in ('en', 'de', 'es', 'ru', 'ar') order by n limit 1), 'en');
$$;

-- "1,234.50", "1.234,50", as a language writes numbers; digits are 0 to 9 everywhere.
create or replace function app.number_text(p_amount numeric, p_decimals int, p_language text) returns text
language sql immutable parallel safe
as $$
  select case when p_amount < 0 then '-' else '' end
    || translate(to_char(round(abs(p_amount), p_decimals), 'FM999,999,999,999,990' || case when p_decimals > 0 then '.' || repeat('0', p_decimals) else '' end),
         ',.', case p_language when 'de' then '.,' when 'es' then '.,' when 'ru' then chr(160) || ',' else ',.' end);
$$;

-- An amount as a person reads it. From right to left, a number with its sign is kept in its own direction (Unicode's isolates).
create or replace function app.money_text(p_amount numeric, p_currency text, p_language text) returns text
language sql immutable parallel safe
as $$
  select case when p_language = 'ar' then chr(8294) || t || chr(8297) else t end
  from (
    select case when p_language = 'en' and s.sign is not null then regexp_replace(n, '^-?', '\&' || s.sign) else n || chr(160) || coalesce(s.sign, p_currency) end as t
    from (select app.number_text(p_amount, app.currency_exponent(p_currency), p_language) as n,
                 ('{"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "RUB": "₽", "KZT": "₸", "UAH": "₴", "TRY": "₺", "ILS": "₪", "INR": "₹"}'::jsonb) ->> p_currency as sign) s) x;
$$;
comment on function app.money_text(numeric, text, text) is 'A decimal amount with its currency, as a language writes it.';

create or replace function app.moment_text(p_at timestamptz, p_timezone text, p_language text) returns text
language sql stable
as $$
  select to_char(p_at at time zone p_timezone,
    case p_language when 'de' then 'DD.MM.YYYY HH24:MI' when 'ru' then 'DD.MM.YYYY HH24:MI' when 'es' then 'DD/MM/YYYY HH24:MI'
      when 'ar' then chr(8294) || 'YYYY-MM-DD HH24:MI' || chr(8297) else 'DD Mon YYYY HH24:MI' end);
$$;

-- Elements; null where there is nothing to say: app.document leaves those out.
create or replace function app.doc_text(p_text text, p_align text default 'start', p_size text default 'normal', p_strong boolean default false) returns jsonb
language sql immutable parallel safe
as $$
  select jsonb_build_object('text', p_text, 'align', p_align, 'size', p_size, 'strong', p_strong) where nullif(trim(p_text), '') is not null;
$$;

create or replace function app.doc_row(p_left text, p_right text, p_size text default 'normal', p_strong boolean default false) returns jsonb
language sql immutable parallel safe
as $$ select jsonb_build_object('row', jsonb_build_array(coalesce(p_left, ''), coalesce(p_right, '')), 'size', p_size, 'strong', p_strong); $$;

create or replace function app.doc_cells(p_cells text[], p_widths int[], p_size text default 'normal', p_strong boolean default false) returns jsonb
language sql immutable parallel safe
as $$ select jsonb_build_object('row', to_jsonb(p_cells), 'widths', to_jsonb(p_widths), 'size', p_size, 'strong', p_strong); $$;

create or replace function app.doc_rule(p_rule text default 'line') returns jsonb
language sql immutable parallel safe
as $$ select jsonb_build_object('rule', p_rule); $$;

create or replace function app.doc_gap(p_lines int default 1) returns jsonb
language sql immutable parallel safe
as $$ select jsonb_build_object('gap', p_lines); $$;

create or replace function app.document(p_kind text, p_title text, p_language text, p_paper text, p_at timestamptz, p_elements jsonb, p_drawer boolean default false)
returns jsonb
language sql stable
as $$
  select jsonb_build_object('kind', p_kind, 'title', p_title, 'language', p_language, 'direction', case when p_language = 'ar' then 'rtl' else 'ltr' end,
    'paper', p_paper, 'at', extract(epoch from p_at)::bigint, 'drawer', p_drawer,
    'elements', (select coalesce(jsonb_agg(e order by n), '[]') from jsonb_array_elements(p_elements) with ordinality x (e, n) where e <> 'null'));
$$;
comment on function app.document(text, text, text, text, timestamptz, jsonb, boolean) is
  'A document for a page (A4) or a roll of 80 mm, from its elements in their order; those that are null are left out.
shape document {"kind": "text", "title": "text", "language": "text", "direction": "=ltr | =rtl", "paper": "=roll | =A4", "at": "int", "drawer": "boolean",
  "elements": [{"text?": "text", "row?": ["text"], "widths?": ["int"], "rule?": "=line | =dashes", "gap?": "int", "code?": "text", "drawing?": "text",
    "align?": "=start | =center | =end", "size?": "=small | =normal | =large | =huge", "strong?": "boolean"}]}';

-- Tax by rate, as a table: rows of {tax_rate, net_amount, tax_amount, total_amount} in decimals.
create or replace function app.doc_taxes(p_taxes jsonb, p_currency text, p_language text) returns jsonb
language sql immutable
as $$
  select jsonb_build_array(app.doc_cells(array[w ->> 'tax', w ->> 'net', w ->> 'tax', w ->> 'gross'], array[25, 25, 25, 25], 'small', true)) || coalesce((
    select jsonb_agg(app.doc_cells(array[
        trim_scale((t ->> 'tax_rate')::numeric) || chr(160) || '%', app.number_text((t ->> 'net_amount')::numeric, d, p_language),
        app.number_text((t ->> 'tax_amount')::numeric, d, p_language), app.number_text((t ->> 'total_amount')::numeric, d, p_language)], array[25, 25, 25, 25], 'small') order by n)
    from jsonb_array_elements(p_taxes) with ordinality x (t, n)), '[]')
  from (select app.document_words(p_language) as w, app.currency_exponent(p_currency) as d) s
  where jsonb_array_length(p_taxes) > 0;
$$;

-- Who it is from, on a page. SECURITY DEFINER: what stands on every bill of the house is no secret of it.
create or replace function app.house_head(p_organization_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_array(app.doc_text(o.name, 'start', 'large', true), app.doc_text(o.address, 'start', 'small'),
    app.doc_text(concat_ws(' · ', o.phone, o.email, nullif(o.settings #>> '{invoices,tax_number}', '')), 'start', 'small'))
  from organizations o where o.id = p_organization_id;
$$;
