-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'hooks';
insert into app.messages (module, key, locale, subject, body) values
  ('hooks', 'webhook_disabled', 'en', 'Webhooks to {{host}} are switched off', '{{reason}} Mend it, switch the endpoint on again, and send what was missed once more.'),
  ('hooks', 'webhook_disabled', 'de', 'Webhooks an {{host}} sind abgeschaltet', '{{reason}} Nach der Behebung lässt sich der Endpunkt wieder einschalten und Verpasstes noch einmal senden.');
