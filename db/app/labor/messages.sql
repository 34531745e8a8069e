-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'labor';
insert into app.messages (module, key, locale, subject, body) values
  ('labor', 'shift_planned', 'en', 'A new shift', '{{day}}, {{from}} to {{to}}.'),
  ('labor', 'shift_planned', 'de', 'Eine neue Schicht', '{{day|day}}, {{from}} bis {{to}}.'),
  ('labor', 'shift_moved', 'en', 'Your shift has moved', '{{day}}, {{from}} to {{to}}.'),
  ('labor', 'shift_moved', 'de', 'Ihre Schicht ist verlegt', '{{day|day}}, {{from}} bis {{to}}.'),
  ('labor', 'shift_taken', 'en', 'A shift is no longer yours', '{{day}}, {{from}} to {{to}}.'),
  ('labor', 'shift_taken', 'de', 'Eine Schicht ist nicht mehr Ihre', '{{day|day}}, {{from}} bis {{to}}.'),
  ('labor', 'shift_cancelled', 'en', 'Your shift is cancelled', '{{day}}, {{from}} to {{to}}.'),
  ('labor', 'shift_cancelled', 'de', 'Ihre Schicht entfällt', '{{day|day}}, {{from}} bis {{to}}.'),
  ('labor', 'clock_forgotten', 'en', '{{name}} is still clocked in', 'Since {{since}}. Correct the entry with a reason.'),
  ('labor', 'clock_forgotten', 'de', '{{name}} ist noch eingestempelt', 'Seit {{since}}. Bitte den Eintrag mit einer Begründung berichtigen.');
