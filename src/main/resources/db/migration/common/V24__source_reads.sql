-- What the KMS called the content of the source that a sync has last acted upon: a poll that finds just that has no news for it.
alter table sync_state add column source_etag varchar(512);
-- Whether its first run has begun to import into the source and has not read it again since; holds only while it runs.
alter table sync_state add column source_importing boolean default false not null;
