-- What a fresh tenant needs before its first stay: cancellation terms meant for chalets. Chalets are the owner's to name.
create or replace function app.seed_stays(p_organization_id uuid) returns void
language plpgsql
as $$
begin
  if not exists (select from cancellation_policies where organization_id = p_organization_id and 'chalet' = any (applies_to)) then
    insert into cancellation_policies (organization_id, name, description, applies_to, rules)
    values (p_organization_id, 'Stays: flexible', 'All back until 14 days before arrival, half until 3 days before.', '{chalet}',
      '[{"hours_before": 336, "refund_percent": 100}, {"hours_before": 72, "refund_percent": 50}]');
  end if;
end $$;
comment on function app.seed_stays(uuid) is 'Rows a fresh organization needs in the module stays; may run again.';
