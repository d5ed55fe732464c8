-- How often a secret was written in each of the last hours: {hour since 1970: times}. AWS keeps about 100 versions a day.
alter table managed_secret add column writes varchar(1024) default '{}' not null;
