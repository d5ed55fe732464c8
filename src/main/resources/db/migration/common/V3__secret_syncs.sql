-- What people configured. Written by the API only; what runs learn is in sync_state.
create table secret_sync (
  id                uuid primary key,
  name              varchar(256) not null,
  description       varchar(256),
  project_id        varchar(64)  not null,
  environment       varchar(64)  not null,
  environment_id    varchar(64),
  environment_name  varchar(256),
  folder_id         uuid,
  secret_path       varchar(1024) not null,
  connection_id     uuid         not null references app_connection (id),
  region            varchar(64)  not null,
  mapping_behavior  varchar(64)  not null,
  secret_name       varchar(256),
  sync_options      text         not null,
  auto_sync_enabled boolean      not null,
  version           integer      not null,
  created_at        timestamp with time zone not null,
  updated_at        timestamp with time zone not null,
  constraint secret_sync_name_in_project unique (project_id, name)
);
create index secret_sync_by_source on secret_sync (project_id, environment, secret_path);
create index secret_sync_by_connection on secret_sync (connection_id);

-- Ids of deleted syncs: an AWS secret that is tagged with one of them is nobody's, not another sync's.
create table retired_sync (
  id         uuid primary key,
  retired_at timestamp with time zone not null
);
