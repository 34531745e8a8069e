-- Cancellation terms count from the earliest start ever agreed, so that moving a game away does not soften them (as stays and tickets have it).
-- up
alter table bookings add column first_starts_at timestamptz;
comment on column bookings.first_starts_at is 'The earliest start from which its customer moved it; null when they never did. Cancellation terms count from it.';

-- down
alter table bookings drop column first_starts_at;
