-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('payments');
select app.listen('payments', 'seed', 'seed_payments', 20),
       app.listen('payments', 'daily', 'maintain_payments', 20),
       app.listen('payments', 'often', 'often_payments', 20),
       app.listen('payments', 'often', 'review_payments', 21),
       app.listen('payments', 'payment_settled', 'payment_settled_charges', 90),
       app.listen('payments', 'folio_lines', 'folio_voucher', 20, 'voucher');
