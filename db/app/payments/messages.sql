-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'payments';
insert into app.messages (module, key, locale, subject, body) values
  ('payments', 'refund_by_hand', 'en', 'A refund waits for you', '{{amount}} {{currency}} of an online payment must be given back by hand; then confirm it.'),
  ('payments', 'refund_by_hand', 'de', 'Eine Rückzahlung wartet auf Sie', '{{amount}} {{currency}} einer Online-Zahlung sind von Hand zurückzugeben; danach bitte bestätigen.'),
  ('payments', 'payment_mismatch', 'en', 'A payment does not match what was asked', '{{asked}} were asked for, the provider says {{told}}. Nothing was booked: look at it there.'),
  ('payments', 'payment_mismatch', 'de', 'Eine Zahlung passt nicht zur Forderung', 'Gefordert waren {{asked}}, der Anbieter meldet {{told}}. Nichts wurde gebucht: bitte dort nachsehen.'),
  ('payments', 'refund_failed', 'en', 'A refund did not reach the guest', '{{amount}} {{currency}} could not be given back ({{reason}}). Try again, or give it as credit.'),
  ('payments', 'refund_failed', 'de', 'Eine Rückzahlung kam nicht an', '{{amount}} {{currency}} konnten nicht zurückgegeben werden ({{reason}}). Versuchen Sie es erneut, oder geben Sie ein Guthaben.'),
  ('payments', 'payment_dispute', 'en', 'A card payment is disputed: {{state|word}}', '{{amount}} {{currency}} ({{reason}}).'),
  ('payments', 'payment_dispute', 'de', 'Eine Kartenzahlung wird bestritten: {{state|word}}', '{{amount}} {{currency}} ({{reason}}).'),
  ('payments', 'payout_failed', 'en', 'A payout did not arrive', '{{amount}} {{currency}} came back from the bank ({{reason}}). Check the account at the provider.'),
  ('payments', 'payout_failed', 'de', 'Eine Auszahlung kam nicht an', '{{amount}} {{currency}} kamen von der Bank zurück ({{reason}}). Prüfen Sie das Konto beim Anbieter.'),
  ('payments', 'word_open', 'en', 'open', null), ('payments', 'word_open', 'de', 'offen', null),
  ('payments', 'word_won', 'en', 'won', null), ('payments', 'word_won', 'de', 'gewonnen', null),
  ('payments', 'word_lost', 'en', 'lost', null), ('payments', 'word_lost', 'de', 'verloren', null),
  ('payments', 'basket_confirmed', 'en', 'All booked: {{reference}}', '{{parts}}'),
  ('payments', 'basket_confirmed', 'de', 'Alles gebucht: {{reference}}', '{{parts}}'),
  ('payments', 'basket_submitted', 'en', '{{reference}} waits for your payment', '{{parts}}'),
  ('payments', 'basket_submitted', 'de', '{{reference}} wartet auf Ihre Zahlung', '{{parts}}');
