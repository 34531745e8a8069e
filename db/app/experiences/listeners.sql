-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('experiences');
select app.listen('experiences', 'daily', 'maintain_experiences', 60),
       app.listen('experiences', 'often', 'often_experiences', 60),
       app.listen('experiences', 'payment_settled', 'payment_settled_experience', 60, 'experience'),
       app.listen('experiences', 'folio_lines', 'folio_experience', 60, 'experience');
