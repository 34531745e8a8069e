-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('bots');
select app.listen('bots', 'daily', 'maintain_bots', 90);
select app.listen('bots', 'often', 'often_bots', 90);
