-- A member's card at the gate. Members come as often as they like; each time is logged.
create or replace function app.admit_member(p_organization_id uuid, p_code text, p_gate text, p_at timestamptz) returns jsonb
language plpgsql security definer
as $$
declare
  p record;
  v_member uuid;
  v_day date;
  v_status int;
  v_reason text;
  v_words text;
  v_more jsonb;
begin
  if app.pool_code_is_ours(p_code, p_organization_id) then
    perform app.advance_membership(split_part(p_code, '.', 3)::uuid);
    select c.id, c.full_name, c.is_active, m.status, m.start_date, m.paid_until, m.reference, m.id as membership_id, m.paused_on, m.paused_at, m.cancelled_at into p
    from membership_members c join pool_memberships m on m.id = c.membership_id
    where c.id = split_part(p_code, '.', 2)::uuid and m.id = split_part(p_code, '.', 3)::uuid and m.organization_id = p_organization_id;
    if not found then
      v_status := 404; v_reason := 'unknown'; v_words := 'There is no such member.';
    else
      v_member := p.id;
      select app.business_date(p_at, o.timezone, o.business_day_cutoff) into v_day from organizations o where o.id = p_organization_id;
      if p.status = 'pending' and p.is_active then
        v_status := 409; v_reason := 'unpaid'; v_words := 'The first period of this membership is not paid.';
        v_more := (select jsonb_build_object('membership_id', p.membership_id, 'amount', e.amount) from membership_periods e
                   where e.membership_id = p.membership_id and e.status = 'due');
      -- as it was when the card was shown: a gate without a network reports later what it saw
      elsif not p.is_active or p.status = 'cancelled' and coalesce(p.cancelled_at <= p_at, true) then
        v_status := 409; v_reason := 'cancelled'; v_words := 'This membership is cancelled.';
      elsif p.status = 'expired' and v_day > p.paid_until or p.status = 'paused' and v_day >= p.paused_on and p_at >= coalesce(p.paused_at, p_at) then
        v_status := 409; v_reason := p.status; v_words := format('This membership is %s.', v_reason);
      elsif v_day < p.start_date then
        v_status := 409; v_reason := 'too_early'; v_words := format('This membership begins on %s.', p.start_date);
      elsif v_day > p.paid_until then
        v_status := 409; v_reason := 'unpaid'; v_words := format('This membership is paid until %s.', p.paid_until);
      elsif not exists (select from pool_slots s, generate_series(-1, 1) d, lateral app.pool_slot_times(p_organization_id, v_day + d, s.slot) w
                        where s.organization_id = p_organization_id and s.is_active and p_at >= w.opens_at and p_at < w.ends_at) then
        v_status := 409; v_reason := 'closed'; v_words := 'The pool is closed at this hour.';
      end if;
    end if;
  else
    v_status := 403; v_reason := 'forged'; v_words := 'This card is not ours.';
  end if;
  insert into pool_entries (organization_id, member_id, code, result, reason, people, gate, scanned_at, scanned_by)
  values (p_organization_id, v_member, left(p_code, 500), case when v_reason is null then 'entered' else 'refused' end, v_reason,
          case when v_reason is null then 1 else 0 end, p_gate, p_at, auth.uid());
  if v_reason is not null then
    return app.refusal(v_status, v_words, 'p_qr_code', jsonb_build_object('reason', v_reason) || coalesce(v_more, '{}'));
  end if;
  return jsonb_build_object('entered', true, 'kind', 'member', 'full_name', p.full_name, 'reference', p.reference, 'paid_until', p.paid_until);
end $$;
