-- The key schema by which a secret got its name, with environment and path in place; null where an older instance wrote the entry.
alter table managed_secret add column key_schema text;
-- Since when all that takes the place of a secret that is not wanted any more is known to be there.
alter table managed_secret add column superseded_at timestamp with time zone;
