-- The deletions that somebody approved: Plan.deletionDigest(), for the next run and no other.
alter table sync_state add column approved_deletions varchar(64);

-- What a run came to, so that a list of runs needs no outcomes.
alter table sync_run add column succeeded integer;
alter table sync_run add column unchanged integer;
alter table sync_run add column skipped integer;
alter table sync_run add column failed integer;
alter table sync_run add column aws_calls integer;

-- Two things can be said of one secret in the same run, such as that two of its tags do not fit: their order identifies them.
drop table sync_outcome;
create table sync_outcome (
  run_id     uuid         not null references sync_run (id) on delete cascade,
  position   integer      not null,
  name       varchar(512) not null,
  change     varchar(32)  not null,
  result     varchar(16)  not null,
  error_code varchar(128),
  message    varchar(1024),
  remedy     varchar(1024),
  primary key (run_id, position)
);
