-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'procurement';
insert into app.messages (module, key, locale, subject, body) values
  ('procurement', 'stock_below_zero', 'en', '{{name}}: more used than counted', '{{quantity}} {{unit}} are left.'),
  ('procurement', 'stock_below_zero', 'de', '{{name}}: mehr verbraucht als gezählt', 'Noch {{quantity}} {{unit}}.'),
  ('procurement', 'stock_low', 'en', '{{name}} is running low', '{{quantity}} {{unit}} are left.'),
  ('procurement', 'stock_low', 'de', '{{name}} geht zur Neige', 'Noch {{quantity}} {{unit}}.'),
  ('procurement', 'price_rise', 'en', '{{count}} price(s) rose by more than {{threshold}} %', '{{rises}}'),
  ('procurement', 'price_rise', 'de', '{{count}} Preis(e) um mehr als {{threshold}} % gestiegen', '{{rises}}');
