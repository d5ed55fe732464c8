-- H2 has no trigger without Java code of its own, and whoever has the file can write it: here the chain alone tells of changes.
comment on table audit_entry is 'Append-only: verify with "audit verify".';
