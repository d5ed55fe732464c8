-- By which mapping behaviour a secret was made: what was made many-to-one may hold keys of others.
alter table managed_secret add column mapping_behavior varchar(64);
update managed_secret set mapping_behavior =
  (select mapping_behavior from secret_sync where secret_sync.id = managed_secret.sync_id);
alter table managed_secret alter column mapping_behavior set not null;
