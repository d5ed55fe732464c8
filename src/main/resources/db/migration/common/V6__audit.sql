-- What was changed and by whom, for ever. Entries are numbered from 1 without gaps, and each is bound to the one before it.
create table audit_entry (
  entry_number  bigint       not null primary key,
  recorded_at   timestamp with time zone not null,
  event         varchar(64)  not null,
  org_id        varchar(255),
  -- None: a matter of the organisation, or of the whole installation where there is none of these either.
  project_id    varchar(255),
  actor         varchar(255) not null,
  address       varchar(64),
  request_id    varchar(64),
  -- JSON in ASCII; the very text is part of the hash. Names, never a value.
  details       text         not null,
  previous_hash varchar(64)  not null,
  -- Keyed, so that whoever can write here cannot make the chain anew.
  hash          varchar(64)  not null
);
create index audit_entry_of_project on audit_entry (project_id, entry_number);
create index audit_entry_of_organization on audit_entry (org_id, entry_number);

-- Where the chain ends. Whoever adds an entry holds this row until the transaction ends, so that the chain never forks.
create table audit_head (
  id           integer     not null primary key check (id = 1),
  entry_number bigint      not null,
  hash         varchar(64) not null,
  -- Keyed, too: a chain that was cut at its end does not match.
  seal         varchar(64) not null
);
insert into audit_head (id, entry_number, hash, seal) values (1, 0, '', '');

-- Runs that a crash cut off are closed by the next one, which tells by this number what they wrote.
alter table sync_run add column generation bigint;
