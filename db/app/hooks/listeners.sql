-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('hooks');
select app.listen('hooks', 'daily', 'forget_webhooks', 95);
select app.listen('hooks', 'modules_changed', 'watch_for_webhooks', 95);
