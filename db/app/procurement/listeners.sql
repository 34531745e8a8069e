-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('procurement');
select app.listen('procurement', 'seed', 'seed_procurement', 80),
       app.listen('procurement', 'daily', 'maintain_procurement', 80);
