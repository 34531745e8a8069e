-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'booking';
insert into app.messages (module, key, locale, subject, body) values
  ('booking', 'party_reminder', 'en', '{{title}}: something is still open', E'{{name}}, we see you at {{when}}.\n\nStill open:{{#signature}} your signature{{/signature}}{{#amount}} your share, {{amount}}{{/amount}}.\n{{link}}'),
  ('booking', 'party_reminder', 'de', '{{title}}: etwas ist noch offen', E'{{name}}, wir sehen uns: {{when}}.\n\nNoch offen:{{#signature}} Ihre Unterschrift{{/signature}}{{#amount}} Ihr Anteil, {{amount}}{{/amount}}.\n{{link}}');
