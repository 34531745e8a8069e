-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'payments';
insert into app.messages (module, key, locale, subject, body) values
  ('payments', 'basket_confirmed', 'en', 'All booked: {{reference}}', '{{parts}}'),
  ('payments', 'basket_confirmed', 'de', 'Alles gebucht: {{reference}}', '{{parts}}'),
  ('payments', 'basket_submitted', 'en', '{{reference}} waits for your payment', '{{parts}}'),
  ('payments', 'basket_submitted', 'de', '{{reference}} wartet auf Ihre Zahlung', '{{parts}}');
