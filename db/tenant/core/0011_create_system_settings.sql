-- Settings of the whole tenant, and what it looks like.
-- up
create table system_settings (
  key         text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  value       jsonb not null,
  category    text,
  description text,
  is_public   boolean not null default false,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  updated_by  uuid references users on delete set null
);
create index system_settings_category on system_settings (category);
create index system_settings_updated_by on system_settings (updated_by);
comment on table system_settings is 'Settings of the whole tenant, by key. Those of one organization stand in organizations.settings; secrets in integration_credentials.';
comment on column system_settings.is_public is 'Whether pages without a login read it.';
call app.secure_table('system_settings', 'settings', p_organization => null, p_public => 'is_public',
  p_actions => array['select'], p_audit => true);
-- It concerns every organization of the tenant, so running one of them is not enough.
create policy admin_write on system_settings for all to authenticated
  using ((select auth.runs_tenant())) with check ((select auth.runs_tenant()));
grant insert, update, delete on system_settings to authenticated;
create trigger stamp_editor before insert or update on system_settings for each row execute function app.stamp_editor();

create table media (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  bucket          text not null default 'media' check (bucket ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  path            text not null check (length(path) between 1 and 1024),
  file_name       text not null check (length(file_name) between 1 and 255),
  mime_type       text not null check (mime_type ~ '^[a-z0-9.+-]+/[a-z0-9.+-]+$'),
  size_bytes      bigint not null check (size_bytes >= 0),
  width           int check (width > 0),
  height          int check (height > 0),
  sha256          text check (sha256 ~ '^[0-9a-f]{64}$'),
  alt_text        text,
  caption         text,
  folder          text,
  tags            text[] not null default '{}',
  is_public       boolean not null default false,
  metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  uploaded_by     uuid default auth.uid() references users on delete set null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  unique (organization_id, id)
);
create unique index media_object on media (bucket, path) where deleted_at is null;
create index media_organization on media (organization_id, created_at desc);
create index media_tags on media using gin (tags);
create index media_uploaded_by on media (uploaded_by);
comment on table media is 'The media library: what is known about a file; the bytes lie in storage under bucket and path.';
comment on column media.alt_text is 'What a person who cannot see the picture is told.';
call app.secure_table('media', 'media', p_public => 'is_public and deleted_at is null', p_audit => true);

create table branding_assets (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  setting_key     text references system_settings on delete set null,
  media_id        uuid,
  kind            text not null check (kind in ('logo', 'logo_dark', 'favicon', 'hero', 'background', 'font', 'email_header', 'receipt_header', 'other')),
  name            text,
  url             text,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, media_id) references media (organization_id, id),
  constraint has_a_source check (media_id is not null or url is not null)
);
create index branding_assets_organization on branding_assets (organization_id);
create index branding_assets_setting on branding_assets (setting_key);
create index branding_assets_media on branding_assets (organization_id, media_id);
create unique index branding_assets_one_active on branding_assets (organization_id, kind) where is_active and kind <> 'other';
comment on table branding_assets is 'Logos, pictures and fonts that the pages and mails of an organization wear.';
call app.secure_table('branding_assets', 'settings', p_public => 'is_active');

-- down
drop table branding_assets;
drop table media;
drop table system_settings;
