-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('labor');
select app.listen('labor', 'seed', 'seed_labor', 70),
       app.listen('labor', 'daily', 'maintain_labor', 70);
