create or replace function app.maintain_payments() returns void
language plpgsql security definer
as $$
begin
  perform app.expire_credits();
end $$;
comment on function app.maintain_payments() is 'Daily: credit that has expired leaves the books.';
