-- Connections that AWS does not accept, until it does.
create table connection_trouble (
  connection_id uuid          not null primary key references app_connection (id) on delete cascade,
  since         timestamp with time zone not null,
  message       varchar(1024) not null,
  -- How often it was met in a row; spaces the attempts.
  met           integer       not null,
  next_try_at   timestamp with time zone not null
);
