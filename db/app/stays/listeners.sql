-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('stays');
select app.listen('stays', 'seed', 'seed_stays', 40),
       app.listen('stays', 'daily', 'maintain_stays', 40),
       app.listen('stays', 'often', 'often_stays', 40),
       app.listen('stays', 'payment_settled', 'payment_settled_chalet', 40, 'chalet'),
       app.listen('stays', 'folio_lines', 'folio_chalet', 40, 'chalet');
