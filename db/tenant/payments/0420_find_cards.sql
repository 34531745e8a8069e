-- The desk finds a payment by the last digits of the card that it was made with.
-- up
create index payments_card_digits on payments (organization_id, app.card_digits(reference), created_at desc) where method = 'card';

-- down
drop index payments_card_digits;
