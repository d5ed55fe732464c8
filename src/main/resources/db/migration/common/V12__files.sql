-- The file that a connection or a sync was last made or changed by; null where none was.
alter table app_connection add column from_file varchar(255);
alter table secret_sync add column from_file varchar(255);

-- Held by the one instance that makes what the files say.
create table file_lock (
  id integer primary key
);
insert into file_lock (id) values (1);
