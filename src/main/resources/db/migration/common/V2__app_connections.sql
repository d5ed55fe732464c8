-- AWS app connections. Must run on H2 2.x (MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE) and on PostgreSQL.

create table app_connection (
    id                   uuid                     not null primary key,
    -- Where the name is unique: the project, or the organisation. Neither database can say "unique, a missing project
    -- being a value too" in words that the other (and PostgreSQL before 15) understands, so it is a column of its own.
    scope                varchar(300)             not null,
    name                 varchar(64)              not null,
    description          varchar(256),
    method               varchar(32)              not null,
    org_id               varchar(255)             not null,
    project_id           varchar(255),
    -- The AWS account, as STS named it when the credentials were checked.
    account_id           varchar(32),
    -- Tink envelope: a data key of its own, itself encrypted by the master key; associated data is table and id.
    credentials          bytea                    not null,
    credentials_hash     varchar(64)              not null,
    credentials_revision integer                  not null,
    -- The generation of the ExternalId rule; not a lock.
    version              integer                  not null,
    created_at           timestamp with time zone not null,
    updated_at           timestamp with time zone not null,
    constraint app_connection_name_in_scope unique (scope, name),
    constraint app_connection_scope
        check (scope = coalesce('project:' || project_id, 'organization:' || org_id))
);

-- Random keys that outlive the master key: encrypted by it, re-encrypted when it is rotated, never changed.
create table encrypted_key (
    purpose    varchar(64)              not null primary key,
    ciphertext bytea                    not null,
    created_at timestamp with time zone not null
);
