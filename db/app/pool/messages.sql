-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'pool';
insert into app.messages (module, key, locale, subject, body) values
  ('pool', 'pool_ticket', 'en', 'Your ticket for {{day}}', 'Ticket {{reference}}, {{slot|word}}. Show the code at the gate.'),
  ('pool', 'pool_ticket', 'de', 'Ihre Karte für {{day|day}}', 'Karte {{reference}}, {{slot|word}}. Zeigen Sie den Code am Eingang.'),
  ('pool', 'pool_ticket_cancelled', 'en', 'Ticket {{reference}} is cancelled', '{{day}}, {{slot|word}}.{{#refund}} {{refund}} {{currency}} go back to you.{{/refund}}'),
  ('pool', 'pool_ticket_cancelled', 'de', 'Karte {{reference}} ist storniert', '{{day|day}}, {{slot|word}}.{{#refund}} Sie erhalten {{refund}} {{currency}} zurück.{{/refund}}'),
  ('pool', 'membership_due', 'en', 'Your membership {{reference}} is paid until {{paid_until}}', 'The next period ({{from}} to {{to}}) costs {{amount}} {{currency}}.'),
  ('pool', 'membership_due', 'de', 'Ihre Mitgliedschaft {{reference}} ist bis {{paid_until|day}} bezahlt', 'Der nächste Zeitraum ({{from|day}} bis {{to|day}}) kostet {{amount}} {{currency}}.'),
  ('pool', 'word_morning', 'en', 'morning', null), ('pool', 'word_morning', 'de', 'Vormittag', null),
  ('pool', 'word_afternoon', 'en', 'afternoon', null), ('pool', 'word_afternoon', 'de', 'Nachmittag', null),
  ('pool', 'word_full_day', 'en', 'full day', null), ('pool', 'word_full_day', 'de', 'ganzer Tag', null);
