-- When a run last looked at the whole destination and left everything there as the journal has it; with which settings of the
-- sync, and in which account; names of its secrets that were not wanted then; and when somebody last asked for such a look.
-- See runs.Looks.
alter table sync_state add column looked_at timestamp with time zone;
alter table sync_state add column looked_settings timestamp with time zone;
alter table sync_state add column looked_account varchar(12);
alter table sync_state add column looked_aside text;
alter table sync_state add column look_asked_at timestamp with time zone;
