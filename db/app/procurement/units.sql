-- Units. Stock counts in g, ml or pieces; the usual multiples are known, everything else an ingredient says itself.

create or replace function app.unit_factor(p_unit text, p_base text) returns numeric
language sql immutable parallel safe
as $$
  select case
    when p_unit = p_base then 1
    when p_base = 'g' then case p_unit when 'mg' then 0.001 when 'kg' then 1000 when 't' then 1000000 when 'oz' then 28.349523125 when 'lb' then 453.59237 end
    when p_base = 'ml' then case p_unit when 'cl' then 10 when 'dl' then 100 when 'l' then 1000 when 'hl' then 100000 when 'tsp' then 5 when 'tbsp' then 15
                                        when 'fl oz' then 29.5735295625 end
    when p_base = 'piece' then case p_unit when 'pair' then 2 when 'dozen' then 12 end
  end;
$$;
comment on function app.unit_factor(text, text) is 'How many base units (g, ml, piece) one unit holds; null when it is none of the usual ones.';

create or replace function app.to_base_unit(p_ingredient_id uuid, p_quantity numeric, p_unit text) returns numeric
language plpgsql stable security definer
as $$
declare
  v_factor numeric;
begin
  select coalesce(u.factor, app.unit_factor(p_unit, i.unit)) into v_factor
  from ingredients i left join ingredient_units u on u.ingredient_id = i.id and u.unit = p_unit
  where i.id = p_ingredient_id;
  if v_factor is null then
    perform app.fail(400, format('%s is not measured in %s.',
        coalesce((select name from ingredients where id = p_ingredient_id), 'The ingredient'), p_unit), 'unit',
      jsonb_build_object('ingredient_id', p_ingredient_id, 'base_unit', (select unit from ingredients where id = p_ingredient_id)),
      'Add the unit to the ingredient first.');
  end if;
  return p_quantity * v_factor;
end $$;
comment on function app.to_base_unit(uuid, numeric, text) is 'An amount of an ingredient in its base unit; refuses units it does not know.';

-- Lines in a unit that nobody can convert would be found out at the next sale: better when they are written.
create or replace function app.require_unit() returns trigger
language plpgsql
as $$
begin
  if new.ingredient_id is not null then
    perform app.to_base_unit(new.ingredient_id, 1, new.unit);
  end if;
  return new;
end $$;

grant execute on function app.unit_factor(text, text), app.to_base_unit(uuid, numeric, text), app.require_unit()
  to anon, authenticated, service_role;
