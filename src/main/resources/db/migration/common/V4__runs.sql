-- What is asked of a sync and what came of it, in the words of the wire contract.
create table sync_state (
  sync_id             uuid primary key references secret_sync (id) on delete cascade,
  -- No run has succeeded yet for this destination.
  initial             boolean not null,
  sync_status         varchar(16),
  last_sync_job_id    varchar(64),
  last_sync_message   varchar(1024),
  last_synced_at      timestamp with time zone,
  import_status       varchar(16),
  last_import_job_id  varchar(64),
  last_import_message varchar(1024),
  last_imported_at    timestamp with time zone,
  remove_status       varchar(16),
  last_remove_job_id  varchar(64),
  last_remove_message varchar(1024),
  last_removed_at     timestamp with time zone,
  -- Runs in a row that failed; spaces the retries.
  failures            integer not null
);

create table sync_run (
  id            uuid primary key,
  sync_id       uuid         not null references secret_sync (id) on delete cascade,
  action        varchar(16)  not null,
  reason        varchar(32)  not null,
  status        varchar(16)  not null,
  message       varchar(1024),
  started_at    timestamp with time zone not null,
  finished_at   timestamp with time zone
);
create index sync_run_of_sync on sync_run (sync_id, started_at);

-- One line per secret that a run changed, could not change, or left alone on purpose. Names only, never a value.
create table sync_outcome (
  run_id     uuid         not null references sync_run (id) on delete cascade,
  name       varchar(512) not null,
  change     varchar(32)  not null,
  result     varchar(16)  not null,
  error_code varchar(128),
  message    varchar(1024),
  remedy     varchar(1024),
  primary key (run_id, name, change)
);

-- The journal: AWS secrets that a sync put there or adopted. See sync.ManagedSecret.
create table managed_secret (
  sync_id            uuid         not null references secret_sync (id) on delete cascade,
  account_id         varchar(12)  not null,
  region             varchar(64)  not null,
  name               varchar(512) not null,
  arn                varchar(2048),
  version_id         varchar(64),
  fingerprint        varchar(64),
  generation         bigint       not null,
  pending_token      varchar(64),
  pending_generation bigint       not null,
  kms_key_wanted     varchar(256),
  kms_key_reported   varchar(2048),
  tag_keys           text         not null,
  source_keys        text         not null,
  adopted            boolean      not null,
  deleted            boolean      not null,
  primary key (sync_id, account_id, region, name)
);
create index managed_secret_at_destination on managed_secret (account_id, region, name);

-- What the KMS called the content of a source when it was last read, for the conditional request of the poll.
create table source_state (
  project_id  varchar(64)   not null,
  environment varchar(64)   not null,
  secret_path varchar(1024) not null,
  etag        varchar(512),
  primary key (project_id, environment, secret_path)
);
