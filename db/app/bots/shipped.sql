-- Scenarios that come with the house, in en de es ru ar: a table, one's bookings, joining a table, and the menu that leads to them. An owner changes a draft.

create or replace function app.shipped_main() returns jsonb
language sql immutable parallel safe
as $$
  select $graph$
{"start": "menu", "steps": {
  "menu": {"type": "choice", "text": {"en": "Welcome to {{house.name}}! What would you like?", "de": "Willkommen bei {{house.name}}! Was darf es sein?", "es": "¡Bienvenido a {{house.name}}! ¿Qué desea?", "ru": "Добро пожаловать в {{house.name}}! Что вам подсказать?", "ar": "أهلاً بك في {{house.name}}! بماذا نخدمك؟"}, "options": [{"label": {"en": "Book a table", "de": "Tisch buchen", "es": "Reservar mesa", "ru": "Забронировать стол", "ar": "حجز طاولة"}, "next": "table"}, {"label": {"en": "My bookings", "de": "Meine Buchungen", "es": "Mis reservas", "ru": "Мои брони", "ar": "حجوزاتي"}, "next": "mine"}, {"label": {"en": "Join a table", "de": "An einen Tisch", "es": "Unirme a una mesa", "ru": "Сесть за стол", "ar": "الانضمام لطاولة"}, "next": "join"}, {"label": {"en": "Talk to a person", "de": "Mit Menschen reden", "es": "Hablar con alguien", "ru": "Позвать человека", "ar": "التحدث مع شخص"}, "next": "person"}]},
  "table": {"type": "scenario", "scenario": "table", "next": "bye"},
  "mine": {"type": "scenario", "scenario": "mine", "next": "bye"},
  "join": {"type": "scenario", "scenario": "join", "next": "bye"},
  "person": {"type": "person", "text": {"en": "Somebody will answer you here soon.", "de": "Gleich antwortet Ihnen hier jemand.", "es": "Alguien le responderá aquí pronto.", "ru": "Вам скоро ответят здесь.", "ar": "سيجيبك شخص هنا قريباً."}, "next": "menu"},
  "bye": {"type": "end", "text": {"en": "Anything else? Just write.", "de": "Noch etwas? Schreiben Sie einfach.", "es": "¿Algo más? Escriba cuando quiera.", "ru": "Что-нибудь ещё? Просто напишите.", "ar": "أي شيء آخر؟ اكتب لنا فقط."}}}}
$graph$::jsonb
$$;

create or replace function app.shipped_table() returns jsonb
language sql immutable parallel safe
as $$
  select $graph$
{"start": "places", "steps": {
  "places": {"type": "action", "action": "get_restaurants", "save": "places", "next": "several", "failed": "sorry"},
  "several": {"type": "condition", "if": [{"var": "places.restaurants.1", "there": true, "next": "which"}, {"var": "places.restaurants.0", "there": true, "next": "only"}], "next": "sorry"},
  "only": {"type": "set", "set": {"place": "{{places.restaurants.0}}"}, "next": "day"},
  "which": {"type": "choice", "text": {"en": "Which house?", "de": "Welches Haus?", "es": "¿Qué local?", "ru": "Какое заведение?", "ar": "أي فرع؟"}, "each": {"in": "places.restaurants", "label": "{{item.name}}", "hint": "{{item.address}}", "value": "{{item}}", "only": "accepts_reservations"}, "field": "place", "none": "sorry", "next": "day"},
  "day": {"type": "input", "input": "date", "field": "day", "text": {"en": "Which day?", "de": "An welchem Tag?", "es": "¿Qué día?", "ru": "На какой день?", "ar": "أي يوم؟"}, "options": [{"label": {"en": "Today", "de": "Heute", "es": "Hoy", "ru": "Сегодня", "ar": "اليوم"}}, {"label": {"en": "Tomorrow", "de": "Morgen", "es": "Mañana", "ru": "Завтра", "ar": "غداً"}}], "next": "people", "timeout": {"after_minutes": 720, "next": "left"}},
  "people": {"type": "input", "input": "party", "field": "people", "min": 1, "max": "{{place.max_party_size}}", "text": {"en": "For how many people?", "de": "Für wie viele Personen?", "es": "¿Para cuántas personas?", "ru": "Сколько вас будет?", "ar": "لكم شخصاً؟"}, "options": [{"label": "1"}, {"label": "2"}, {"label": "3"}, {"label": "4"}, {"label": "5"}, {"label": "6"}], "next": "times", "timeout": {"after_minutes": 720, "next": "left"}},
  "times": {"type": "action", "action": "get_table_times", "with": {"p_restaurant_id": "{{place.id}}", "p_date": "{{day}}", "p_party_size": "{{people}}"}, "save": "times", "next": "time", "failed": "sorry"},
  "time": {"type": "choice", "text": {"en": "{{day|day}}, {{people}} people. What time?", "de": "{{day|day}}, {{people}} Personen. Um wie viel Uhr?", "es": "{{day|day}}, {{people}} personas. ¿A qué hora?", "ru": "{{day|day}}, гостей: {{people}}. Во сколько?", "ar": "{{day|day}}، {{people}} أشخاص. في أي ساعة؟"}, "each": {"in": "times.times", "label": "{{item.time}}", "value": "{{item.time}}", "only": "free", "next": "who"}, "reads": "time", "field": "time", "none": "full", "options": [{"label": {"en": "Another day", "de": "Anderer Tag", "es": "Otro día", "ru": "Другой день", "ar": "يوم آخر"}, "next": "day"}], "retry": {"en": "That time is not free. Please choose one of these.", "de": "Diese Zeit ist nicht frei. Bitte wählen Sie eine von diesen.", "es": "Esa hora no está libre. Elija una de estas.", "ru": "Это время занято. Выберите одно из этих.", "ar": "هذا الوقت غير متاح. يرجى اختيار أحد هذه الأوقات."}, "timeout": {"after_minutes": 720, "next": "left"}},
  "full": {"type": "message", "text": {"en": "Nothing is free on {{day|day}} for {{people}}.", "de": "Am {{day|day}} ist für {{people}} nichts frei.", "es": "No hay nada libre el {{day|day}} para {{people}}.", "ru": "На {{day|day}} для {{people}} мест нет.", "ar": "لا يوجد متاح يوم {{day|day}} لعدد {{people}}."}, "next": "day"},
  "who": {"type": "condition", "if": [{"var": "guest.name", "there": true, "next": "known"}], "next": "name"},
  "known": {"type": "set", "set": {"name": "{{guest.name}}"}, "next": "phone"},
  "name": {"type": "input", "input": "text", "field": "name", "max": 100, "text": {"en": "Under which name?", "de": "Auf welchen Namen?", "es": "¿A nombre de quién?", "ru": "На чьё имя?", "ar": "باسم من؟"}, "next": "phone", "timeout": {"after_minutes": 720, "next": "left"}},
  "phone": {"type": "input", "input": "contact", "typed": true, "field": "phone", "text": {"en": "How do we reach you? Share your number with the button, or write it.", "de": "Wie erreichen wir Sie? Teilen Sie Ihre Nummer mit der Taste, oder schreiben Sie sie.", "es": "¿Cómo le localizamos? Comparta su número con el botón o escríbalo.", "ru": "Как с вами связаться? Отправьте номер кнопкой или напишите его.", "ar": "كيف نتواصل معك؟ شارك رقمك بالزر أو اكتبه."}, "next": "sure", "timeout": {"after_minutes": 720, "next": "left"}},
  "sure": {"type": "choice", "text": {"en": "{{place.name}}: {{day|day}}, {{time}}, {{people}} people, {{name}}, {{phone}}. Shall I book it?", "de": "{{place.name}}: {{day|day}}, {{time}} Uhr, {{people}} Personen, {{name}}, {{phone}}. Soll ich buchen?", "es": "{{place.name}}: {{day|day}}, {{time}}, {{people}} personas, {{name}}, {{phone}}. ¿Lo reservo?", "ru": "{{place.name}}: {{day|day}}, {{time}}, гостей: {{people}}, {{name}}, {{phone}}. Бронируем?", "ar": "{{place.name}}: {{day|day}}، {{time}}، {{people}} أشخاص، {{name}}، {{phone}}. هل أحجز؟"}, "options": [{"label": {"en": "Yes, book", "de": "Ja, buchen", "es": "Sí, reservar", "ru": "Да", "ar": "نعم، احجز"}, "next": "book"}, {"label": {"en": "Another time", "de": "Andere Zeit", "es": "Otra hora", "ru": "Другое время", "ar": "وقت آخر"}, "next": "times"}, {"label": {"en": "No", "de": "Nein", "es": "No", "ru": "Нет", "ar": "لا"}, "next": "left"}], "remind": {"after_minutes": 30, "text": {"en": "Your table is not booked yet. Shall I book it?", "de": "Ihr Tisch ist noch nicht gebucht. Soll ich?", "es": "Su mesa aún no está reservada. ¿La reservo?", "ru": "Стол ещё не забронирован. Забронировать?", "ar": "لم تُحجز طاولتك بعد. هل أحجزها؟"}}, "timeout": {"after_minutes": 720, "next": "left"}},
  "book": {"type": "action", "action": "reserve_table", "with": {"p_restaurant_id": "{{place.id}}", "p_date": "{{day}}", "p_time": "{{time}}", "p_party_size": "{{people}}", "p_guest_name": "{{name}}", "p_guest_phone": "{{phone}}"}, "save": "booked", "next": "done", "failed": "why"},
  "why": {"type": "condition", "if": [{"var": "error.status", "is": 409, "next": "taken"}], "next": "sorry"},
  "taken": {"type": "message", "text": {"en": "Somebody was faster: that time has just gone.", "de": "Jemand war schneller: Diese Zeit ist gerade weg.", "es": "Alguien fue más rápido: esa hora ya no está.", "ru": "Кто-то успел раньше: это время заняли.", "ar": "سبقك أحدهم: لم يعد هذا الوقت متاحاً."}, "next": "times"},
  "done": {"type": "end", "text": {"en": "Booked! {{place.name}}, {{day|day}} at {{time}}, {{people}} people. Your code: {{booked.reservation.confirmation_code}}", "de": "Gebucht! {{place.name}}, {{day|day}} um {{time}} Uhr, {{people}} Personen. Ihr Code: {{booked.reservation.confirmation_code}}", "es": "¡Reservado! {{place.name}}, {{day|day}} a las {{time}}, {{people}} personas. Su código: {{booked.reservation.confirmation_code}}", "ru": "Готово! {{place.name}}, {{day|day}} в {{time}}, гостей: {{people}}. Ваш код: {{booked.reservation.confirmation_code}}", "ar": "تم الحجز! {{place.name}}، {{day|day}} الساعة {{time}}، {{people}} أشخاص. رمزك: {{booked.reservation.confirmation_code}}"}},
  "left": {"type": "end", "text": {"en": "Nothing was booked.", "de": "Es wurde nichts gebucht.", "es": "No se reservó nada.", "ru": "Ничего не забронировано.", "ar": "لم يتم حجز شيء."}},
  "sorry": {"type": "end", "text": {"en": "That did not work here. Please call us: {{house.phone}}", "de": "Das ging hier nicht. Bitte rufen Sie uns an: {{house.phone}}", "es": "Aquí no se pudo. Llámenos: {{house.phone}}", "ru": "Здесь не получилось. Позвоните нам: {{house.phone}}", "ar": "لم ينجح ذلك هنا. يرجى الاتصال بنا: {{house.phone}}"}}}}
$graph$::jsonb
$$;

create or replace function app.shipped_mine() returns jsonb
language sql immutable parallel safe
as $$
  select $graph$
{"start": "who", "steps": {
  "who": {"type": "input", "input": "contact", "field": "phone", "text": {"en": "Share your number, and I show what is booked under it.", "de": "Teilen Sie Ihre Nummer, dann zeige ich, was darunter gebucht ist.", "es": "Comparta su número y le muestro sus reservas.", "ru": "Отправьте номер, и я покажу брони на него.", "ar": "شارك رقمك لأعرض الحجوزات المسجلة به."}, "next": "look", "timeout": {"after_minutes": 720, "next": "bye"}},
  "look": {"type": "action", "action": "chat_bookings", "save": "mine", "next": "list", "failed": "sorry"},
  "list": {"type": "choice", "text": {"en": "Your bookings:", "de": "Ihre Buchungen:", "es": "Sus reservas:", "ru": "Ваши брони:", "ar": "حجوزاتك:"}, "each": {"in": "mine.bookings", "label": "{{item.local_date|day}} {{item.local_time}}", "hint": "{{item.title}} {{item.reference}}", "value": "{{item}}", "next": "one"}, "field": "one", "none": "nothing", "options": [{"label": {"en": "Done", "de": "Fertig", "es": "Listo", "ru": "Готово", "ar": "تم"}, "next": "bye"}], "timeout": {"after_minutes": 720, "next": "bye"}},
  "one": {"type": "choice", "text": {"en": "{{one.title}}: {{one.local_date|day}}, {{one.local_time}}, {{one.people}} people. Code {{one.reference}}.", "de": "{{one.title}}: {{one.local_date|day}}, {{one.local_time}} Uhr, {{one.people}} Personen. Code {{one.reference}}.", "es": "{{one.title}}: {{one.local_date|day}}, {{one.local_time}}, {{one.people}} personas. Código {{one.reference}}.", "ru": "{{one.title}}: {{one.local_date|day}}, {{one.local_time}}, гостей: {{one.people}}. Код {{one.reference}}.", "ar": "{{one.title}}: {{one.local_date|day}}، {{one.local_time}}، {{one.people}} أشخاص. الرمز {{one.reference}}."}, "options": [{"label": {"en": "Cancel it", "de": "Absagen", "es": "Cancelarla", "ru": "Отменить", "ar": "إلغاء الحجز"}, "next": "sure"}, {"label": {"en": "Back", "de": "Zurück", "es": "Volver", "ru": "Назад", "ar": "رجوع"}, "next": "look"}], "timeout": {"after_minutes": 720, "next": "bye"}},
  "sure": {"type": "choice", "text": {"en": "Really cancel {{one.reference}}?", "de": "{{one.reference}} wirklich absagen?", "es": "¿Cancelar {{one.reference}}?", "ru": "Точно отменить {{one.reference}}?", "ar": "هل تريد إلغاء {{one.reference}}؟"}, "options": [{"label": {"en": "Yes, cancel", "de": "Ja, absagen", "es": "Sí, cancelar", "ru": "Да, отменить", "ar": "نعم، ألغِ"}, "next": "cancel"}, {"label": {"en": "No", "de": "Nein", "es": "No", "ru": "Нет", "ar": "لا"}, "next": "look"}], "timeout": {"after_minutes": 720, "next": "bye"}},
  "cancel": {"type": "action", "action": "cancel_my_bookings", "with": {"p_reference": "{{one.reference}}", "p_accept": true}, "save": "gone", "next": "gone", "failed": "cannot"},
  "gone": {"type": "message", "text": {"en": "{{one.reference}} is cancelled.", "de": "{{one.reference}} ist abgesagt.", "es": "{{one.reference}} está cancelada.", "ru": "{{one.reference}} отменена.", "ar": "تم إلغاء {{one.reference}}."}, "next": "bye"},
  "cannot": {"type": "message", "text": {"en": "This booking cannot be cancelled here any more. Please call us: {{house.phone}}", "de": "Diese Buchung lässt sich hier nicht mehr absagen. Bitte rufen Sie an: {{house.phone}}", "es": "Ya no se puede cancelar aquí. Llámenos: {{house.phone}}", "ru": "Здесь её уже не отменить. Позвоните нам: {{house.phone}}", "ar": "لم يعد بالإمكان إلغاؤه هنا. يرجى الاتصال: {{house.phone}}"}, "next": "bye"},
  "nothing": {"type": "message", "text": {"en": "Nothing is booked under your number.", "de": "Unter Ihrer Nummer ist nichts gebucht.", "es": "No hay reservas con su número.", "ru": "На ваш номер ничего не забронировано.", "ar": "لا توجد حجوزات برقمك."}, "next": "bye"},
  "sorry": {"type": "message", "text": {"en": "That did not work here.", "de": "Das ging hier nicht.", "es": "Aquí no se pudo.", "ru": "Не получилось.", "ar": "لم ينجح ذلك."}, "next": "bye"},
  "bye": {"type": "end"}}}
$graph$::jsonb
$$;

create or replace function app.shipped_join() returns jsonb
language sql immutable parallel safe
as $$
  select $graph$
{"start": "card", "steps": {
  "card": {"type": "input", "input": "text", "field": "code", "max": 40, "text": {"en": "Which word stands on the card of your table?", "de": "Welches Wort steht auf der Karte Ihres Tisches?", "es": "¿Qué palabra hay en la tarjeta de su mesa?", "ru": "Какое слово на карточке вашего стола?", "ar": "ما الكلمة المكتوبة على بطاقة طاولتك؟"}, "next": "find", "timeout": {"after_minutes": 60, "next": "bye"}},
  "find": {"type": "action", "action": "get_table", "with": {"p_table": "{{code}}"}, "save": "table", "next": "digits", "failed": "none"},
  "none": {"type": "message", "text": {"en": "There is no such table here.", "de": "Diesen Tisch gibt es hier nicht.", "es": "Esa mesa no existe aquí.", "ru": "Такого стола здесь нет.", "ar": "لا توجد طاولة كهذه هنا."}, "next": "card"},
  "digits": {"type": "input", "input": "digits", "length": 6, "field": "digits", "text": {"en": "And the six digits? They are on the phone of whoever began.", "de": "Und die sechs Ziffern? Sie stehen auf dem Handy dessen, der begonnen hat.", "es": "¿Y los seis dígitos? Están en el teléfono de quien empezó.", "ru": "А шесть цифр? Они на телефоне того, кто начал.", "ar": "والأرقام الستة؟ تجدها في هاتف من بدأ."}, "retry": {"en": "Six digits, please.", "de": "Sechs Ziffern, bitte.", "es": "Seis dígitos, por favor.", "ru": "Шесть цифр, пожалуйста.", "ar": "ستة أرقام من فضلك."}, "next": "link", "timeout": {"after_minutes": 60, "next": "bye"}},
  "link": {"type": "end", "text": {"en": "Order with the others here: {{house.url}}/t/{{code}}#{{digits}}", "de": "Hier bestellen Sie mit den anderen: {{house.url}}/t/{{code}}#{{digits}}", "es": "Pida con los demás aquí: {{house.url}}/t/{{code}}#{{digits}}", "ru": "Заказывайте вместе здесь: {{house.url}}/t/{{code}}#{{digits}}", "ar": "اطلب مع الآخرين هنا: {{house.url}}/t/{{code}}#{{digits}}"}},
  "bye": {"type": "end"}}}
$graph$::jsonb
$$;

create or replace function app.shipped_scenarios() returns table (name text, description text, graph jsonb)
language sql immutable
as $$
  values ('table', 'Books a table.', app.shipped_table()), ('mine', 'Shows what a guest has booked, and cancels it.', app.shipped_mine()),
    ('join', 'Leads to the order of a table.', app.shipped_join()), ('main', 'The menu.', app.shipped_main())
$$;
comment on function app.shipped_scenarios() is 'Scenarios for houses with tables, those that are called before the one that calls them.';

-- Gives a bot what it lacks of them, published.
create or replace function app.ship_scenarios(p_bot_id uuid) returns int
language plpgsql security definer
as $$
declare
  v record;
  v_id uuid;
  v_count int := 0;
begin
  if not exists (select from public.tenants t where t.schema_name = current_schema() and 'dining' = any (t.modules)) then
    return 0;
  end if;
  for v in select s.* from app.shipped_scenarios() s where not exists (select from bot_scenarios b where b.bot_id = p_bot_id and b.name = s.name) loop
    insert into bot_scenarios (bot_id, name, description, scenario_data) values (p_bot_id, v.name, v.description, v.graph) returning id into v_id;
    perform api.publish_bot_scenario(v_id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
