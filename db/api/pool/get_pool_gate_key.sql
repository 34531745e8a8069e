-- SECURITY DEFINER: the key is made from a secret nobody reads.
create function api.get_pool_gate_key() returns text
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization();
begin
  perform app.require_work(v_organization, 'pool', 'delete');
  return encode(app.pool_gate_key(v_organization), 'hex');
end $$;
comment on function api.get_pool_gate_key() is
  'The key (hex) with which a gate checks codes without a network: base64url(HMAC-SHA256(key, all before the last dot)) is what stands after it. For managers; it signs pool codes of this organization and nothing else.';
grant execute on function api.get_pool_gate_key() to authenticated, service_role;
