-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('pool');
select app.listen('pool', 'seed', 'seed_pool', 50),
       app.listen('pool', 'daily', 'maintain_pool', 50),
       app.listen('pool', 'often', 'often_pool', 50),
       app.listen('pool', 'payment_settled', 'payment_settled_pool', 50, 'pool'),
       app.listen('pool', 'payment_settled', 'payment_settled_membership', 50, 'membership'),
       app.listen('pool', 'subscription_changed', 'subscription_changed_membership', 50, 'membership'),
       app.listen('pool', 'folio_lines', 'folio_pool', 50, 'pool'),
       app.listen('pool', 'folio_lines', 'folio_membership', 50, 'membership');
