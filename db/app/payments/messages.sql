-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'payments';
insert into app.messages (module, key, locale, subject, body) values
  ('payments', 'refund_by_hand', 'en', 'A refund waits for you', '{{amount}} {{currency}} of an online payment must be given back by hand; then confirm it.'),
  ('payments', 'refund_by_hand', 'de', 'Eine Rückzahlung wartet auf Sie', '{{amount}} {{currency}} einer Online-Zahlung sind von Hand zurückzugeben; danach bitte bestätigen.'),
  ('payments', 'basket_confirmed', 'en', 'All booked: {{reference}}', '{{parts}}'),
  ('payments', 'basket_confirmed', 'de', 'Alles gebucht: {{reference}}', '{{parts}}'),
  ('payments', 'basket_submitted', 'en', '{{reference}} waits for your payment', '{{parts}}'),
  ('payments', 'basket_submitted', 'de', '{{reference}} wartet auf Ihre Zahlung', '{{parts}}');
