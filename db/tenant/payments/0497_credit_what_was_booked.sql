-- A credit note is written once its refund is in the ledger (trigger settle; those of one table fire by name): only then it is known whether rounding went back.
-- up
drop trigger credit on refunds;
create trigger write_credit_note after insert or update of status on refunds for each row when (new.status = 'succeeded') execute function app.credit_refund();

-- down
drop trigger write_credit_note on refunds;
create trigger credit after insert or update of status on refunds for each row when (new.status = 'succeeded') execute function app.credit_refund();
