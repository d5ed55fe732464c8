-- What a source imported when it was last read: a change there is a change of the source.
create table source_import (
  project_id           varchar(64)   not null,
  environment          varchar(64)   not null,
  secret_path          varchar(1024) not null,
  imported_environment varchar(64)   not null,
  imported_path        varchar(1024) not null
);
create index source_import_of_source on source_import (project_id, environment, secret_path);
create index source_import_from on source_import (project_id, imported_environment, imported_path);
