-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'experiences';
insert into app.messages (module, key, locale, subject, body) values
  ('experiences', 'booking_confirmed', 'en', 'Your booking {{reference_number}} is confirmed', '{{game}}, {{venue}}, {{booking_date}} at {{start_time}}, {{party_size}} players'),
  ('experiences', 'booking_confirmed', 'de', 'Ihre Buchung {{reference_number}} ist bestätigt', '{{game}}, {{venue}}, {{booking_date|day}} um {{start_time}} Uhr, {{party_size}} Personen'),
  ('experiences', 'booking_rescheduled', 'en', 'Your booking {{reference_number}} has moved', '{{game}}, {{venue}}, {{booking_date}} at {{start_time}}, {{party_size}} players'),
  ('experiences', 'booking_rescheduled', 'de', 'Ihre Buchung {{reference_number}} ist verlegt', '{{game}}, {{venue}}, {{booking_date|day}} um {{start_time}} Uhr, {{party_size}} Personen'),
  ('experiences', 'booking_held', 'en', 'Your booking {{reference_number}} waits for payment', '{{game}}, {{venue}}, {{booking_date}} at {{start_time}}, {{party_size}} players'),
  ('experiences', 'booking_held', 'de', 'Ihre Buchung {{reference_number}} wartet auf die Zahlung', '{{game}}, {{venue}}, {{booking_date|day}} um {{start_time}} Uhr, {{party_size}} Personen'),
  ('experiences', 'booking_expired', 'en', 'Your booking {{reference_number}} has expired', '{{game}}, {{venue}}, {{booking_date}} at {{start_time}}, {{party_size}} players'),
  ('experiences', 'booking_expired', 'de', 'Ihre Buchung {{reference_number}} ist verfallen', '{{game}}, {{venue}}, {{booking_date|day}} um {{start_time}} Uhr, {{party_size}} Personen'),
  ('experiences', 'booking_cancelled', 'en', 'Your booking {{reference_number}} is cancelled', '{{game}}, {{venue}}, {{booking_date}} at {{start_time}}, {{party_size}} players'),
  ('experiences', 'booking_cancelled', 'de', 'Ihre Buchung {{reference_number}} ist storniert', '{{game}}, {{venue}}, {{booking_date|day}} um {{start_time}} Uhr, {{party_size}} Personen'),
  ('experiences', 'booking_reminder', 'en', 'Tomorrow: {{game}}', '{{booking_date}} at {{start_time}}, {{venue}}. Reference {{reference_number}}.'),
  ('experiences', 'booking_reminder', 'de', 'Morgen: {{game}}', '{{booking_date|day}} um {{start_time}} Uhr, {{venue}}. Buchung {{reference_number}}.');
