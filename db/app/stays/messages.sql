-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'stays';
insert into app.messages (module, key, locale, subject, body) values
  ('stays', 'stay_confirmed', 'en', '{{chalet}} is yours', 'Stay {{reference}}: {{check_in}} to {{check_out}}, {{guests}} guests.'),
  ('stays', 'stay_confirmed', 'de', '{{chalet}} ist für Sie gebucht', 'Aufenthalt {{reference}}: {{check_in|day}} bis {{check_out|day}}, {{guests}} Gäste.'),
  ('stays', 'stay_reminder', 'en', 'Two days until {{chalet}}', 'We expect you on {{check_in}}. Your stay is {{reference}}.'),
  ('stays', 'stay_reminder', 'de', 'Noch zwei Tage: {{chalet}}', 'Wir erwarten Sie am {{check_in|day}}. Ihr Aufenthalt: {{reference}}.'),
  ('stays', 'stay_cancelled', 'en', 'Stay {{reference}} is cancelled', '{{chalet}}, {{check_in}} to {{check_out}}.{{#refund}} {{refund}} {{currency}} go back to you.{{/refund}}'),
  ('stays', 'stay_cancelled', 'de', 'Aufenthalt {{reference}} ist storniert', '{{chalet}}, {{check_in|day}} bis {{check_out|day}}.{{#refund}} Sie erhalten {{refund}} {{currency}} zurück.{{/refund}}'),
  ('stays', 'calendar_conflict', 'en', '{{chalet}} is booked twice', '{{portal}} has {{from}} to {{to}}; stay {{reference}} has {{check_in}} to {{check_out}}. Somebody has to call a guest.'),
  ('stays', 'calendar_conflict', 'de', '{{chalet}} ist doppelt gebucht', '{{portal}} hat {{from}} bis {{to}}, Aufenthalt {{reference}} hat {{check_in}} bis {{check_out}}. Jemand muss einen Gast anrufen.'),
  ('stays', 'calendar_unread', 'en', 'The calendar "{{name}}" cannot be read', '{{error}}'),
  ('stays', 'calendar_unread', 'de', 'Der Kalender „{{name}}“ lässt sich nicht lesen', '{{error}}');
