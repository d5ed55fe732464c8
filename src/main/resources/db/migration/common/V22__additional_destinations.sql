-- Every destination of a sync but the first is a row of its own, with a state, a journal and runs of its own; an instance that
-- knows nothing of that runs it like any other sync.
alter table secret_sync add column parent_id uuid references secret_sync (id) on delete cascade;
-- Whether it was taken out of the sync: it runs no more, and what it put there can still be removed with the sync.
alter table secret_sync add column dropped boolean default false not null;
-- Of the sync itself: its additional destinations as they were asked for, and whether it goes once they are gone.
alter table secret_sync add column additional_destinations text;
alter table secret_sync add column leaving boolean default false not null;
create index secret_sync_by_parent on secret_sync (parent_id);
