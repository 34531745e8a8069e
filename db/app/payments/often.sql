-- What every tenant that sells something needs every few minutes (app.maintain_often).

-- Payments stand in every such tenant: baskets are looked after with them.
create or replace function app.often_payments() returns int
language sql security definer
as $$ select app.expire_baskets() + app.end_parties() + app.charge_cards() + app.dun_subscriptions() + app.announce_tax_rates() $$;
comment on function app.often_payments() is 'Ends baskets whose time is up, and parties whose booking is over, takes what is due from stored cards, and announces tax rates that begin; returns how many.';
grant execute on function app.often_payments() to service_role;
