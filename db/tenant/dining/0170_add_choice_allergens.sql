-- What a guest chooses changes what is in the dish: gluten-free dough takes gluten out, anchovies bring fish.
-- up
alter table modifiers
  add column adds_allergens jsonb not null default '[]'
    check (jsonb_typeof(adds_allergens) = 'array' and not jsonb_path_exists(adds_allergens, 'strict $[*] ? (@.type() != "string")')),
  add column removes_allergens jsonb not null default '[]'
    check (jsonb_typeof(removes_allergens) = 'array' and not jsonb_path_exists(removes_allergens, 'strict $[*] ? (@.type() != "string")'));
comment on column modifiers.adds_allergens is 'Allergens that this choice brings into a dish: ["fish"].';
comment on column modifiers.removes_allergens is 'Allergens of the dish that are gone with this choice: ["gluten"]. True for every dish that offers its group; where it is not, make another group. What another choice brings stays.';

-- null: sold before lines knew; the ticket, then the dish answers for it
alter table order_lines add column allergens jsonb check (jsonb_typeof(allergens) = 'array');
comment on column order_lines.allergens is 'What is in the line as it was chosen: the dish''s allergens without those the choices take out, with those they bring.';

-- down
alter table order_lines drop column allergens;
alter table modifiers drop column removes_allergens, drop column adds_allergens;
