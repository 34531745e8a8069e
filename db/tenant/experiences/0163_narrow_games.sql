-- Games and where they run are the organization's; the widget hears of them from get_venue_games and get_available_slots.
-- up
drop policy public_select on games;
drop policy public_select on game_venues;
revoke select on games, game_venues from anon;

-- down
grant select on games, game_venues to anon;
create policy public_select on games for select to anon, authenticated using (is_active and deleted_at is null);
create policy public_select on game_venues for select to anon, authenticated using (is_active);
