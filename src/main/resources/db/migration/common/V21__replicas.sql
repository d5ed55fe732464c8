-- Copies of the secret in other regions, as JSON by region; null where an older instance wrote the entry.
alter table managed_secret add column replicas text;
