-- Whose pages may show a venue's widget goes into a header of the daemon's: only what is an origin is kept.
-- up
alter table venues add constraint widget_settings_are_right check (app.widget_problem(widget_settings) is null) not valid;
comment on column venues.widget_settings is 'What the widget shows: theme, texts, required fields. allowed_origins: ["https://example.com", "https://*.example.com"], whose pages may show it; without it, anybody''s. Public.';
-- down
alter table venues drop constraint widget_settings_are_right;
comment on column venues.widget_settings is 'What the widget shows: theme, texts, required fields. Public.';
