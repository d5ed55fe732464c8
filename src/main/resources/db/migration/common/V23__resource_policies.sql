-- The resource policy that the sync put on the secret, as JSON; null where it put none, or an older instance wrote the entry.
alter table managed_secret add column resource_policy text;
