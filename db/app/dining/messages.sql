-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'dining';
insert into app.messages (module, key, locale, subject, body) values
  ('dining', 'reservation_confirmed', 'en', 'Your table at {{place}}', '{{day|day}}, {{time}}, {{people}} people. Code {{code}}.'),
  ('dining', 'reservation_confirmed', 'de', 'Ihr Tisch: {{place}}', '{{day|day}}, {{time}} Uhr, {{people}} Personen. Code {{code}}.'),
  ('dining', 'reservation_reminder', 'en', 'Today: your table at {{place}}', '{{time}}, {{people}} people. Code {{code}}.'),
  ('dining', 'reservation_reminder', 'de', 'Heute: Ihr Tisch, {{place}}', '{{time}} Uhr, {{people}} Personen. Code {{code}}.'),
  ('dining', 'reservation_cancelled', 'en', 'Cancelled: your table at {{place}}', '{{day|day}}, {{time}}.'),
  ('dining', 'reservation_cancelled', 'de', 'Storniert: Ihr Tisch, {{place}}', '{{day|day}}, {{time}} Uhr.');
