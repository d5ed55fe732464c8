-- What is to be left alone until somebody says otherwise: a sync, all syncs of a connection, or every sync.
create table pause (
  target    varchar(16) not null,
  -- Zero for everything.
  target_id uuid        not null,
  since     timestamp with time zone not null,
  reason    varchar(256),
  primary key (target, target_id)
);
