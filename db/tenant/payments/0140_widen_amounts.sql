-- Amounts of every currency fit: a wedding is hundreds of millions of rupiah.
-- up
alter table payments drop constraint payments_amount_check, add constraint payments_amount_check check (amount > 0 and amount < 1000000000000);

-- down
alter table payments drop constraint payments_amount_check, add constraint payments_amount_check check (amount > 0 and amount < 100000000);
