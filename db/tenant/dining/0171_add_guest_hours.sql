-- A closed house takes no order from a telephone: a photograph of the code on the table works at three in the morning, too.
-- up
alter table restaurants add column guest_hours text not null default 'order' check (guest_hours in ('order', 'start', 'always'));
comment on column restaurants.guest_hours is 'What of the guests keeps to the opening hours: "order": they start and order while the house is open; "start": they start then, and who sits may go on ordering; "always": nothing. Staff may at any hour.';

-- down
alter table restaurants drop column guest_hours;
