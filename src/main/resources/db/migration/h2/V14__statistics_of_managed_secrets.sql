-- Of a table without statistics H2 takes any column to be as good as the others, and finds an entry by the id of its sync: it then
-- reads the whole journal of the sync for every secret that is written. PostgreSQL knows a primary key when it sees one.
alter table managed_secret alter column sync_id selectivity 1;
alter table managed_secret alter column account_id selectivity 1;
alter table managed_secret alter column region selectivity 1;
alter table managed_secret alter column name selectivity 100;
