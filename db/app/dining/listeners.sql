-- What this module hears of (app/core/listeners.sql).
select app.forget_listeners('dining');
select app.listen('dining', 'seed', 'seed_dining', 30),
       app.listen('dining', 'often', 'often_dining', 30),
       app.listen('dining', 'daily', 'forget_print_jobs', 30),
       app.listen('dining', 'topic', 'is_my_session_topic', 30, 'session'),
       app.listen('dining', 'payment_settled', 'payment_settled_session', 30, 'session'),
       app.listen('dining', 'folio_lines', 'folio_session', 30, 'session'),
       app.listen('dining', 'folio_lines', 'folio_order', 30, 'order'),
       app.listen('dining', 'invoice_lines', 'invoice_session', 30, 'session'),
       app.listen('dining', 'invoice_lines', 'invoice_order', 30, 'order'),
       app.listen('dining', 'folio_lines', 'folio_reservation', 30, 'reservation');
