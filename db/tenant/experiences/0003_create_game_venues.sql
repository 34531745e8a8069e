-- Which game runs where: the room. Its row is the lock under which bookings of that room are made one after another.
-- up
create table game_venues (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  venue_id        uuid not null,
  game_id         uuid not null,
  price           numeric(10,2) check (price >= 0),
  ticket_types    jsonb check (app.ticket_types_problem(ticket_types) is null),
  display_order   int not null default 0,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (venue_id, game_id),
  foreign key (organization_id, venue_id) references venues (organization_id, id) on delete cascade,
  foreign key (organization_id, game_id) references games (organization_id, id) on delete cascade
);
create index game_venues_venue on game_venues (organization_id, venue_id);
create index game_venues_game on game_venues (organization_id, game_id);
create index game_venues_by_game on game_venues (game_id);
comment on table game_venues is 'Which game runs at which venue, with the price there.';
comment on column game_venues.price is 'Takes the place of games.price at this venue; null: the game''s own.';
comment on column game_venues.ticket_types is 'Takes the place of games.ticket_types at this venue; null: the game''s own.';
comment on column game_venues.display_order is 'Smaller first.';

create trigger fill_organization before insert or update of venue_id on game_venues
  for each row execute function app.fill_organization('venues', 'venue_id');
call app.secure_table('game_venues', 'games', p_public => 'is_active', p_audit => true);

-- down
drop table game_venues;
