-- Each change of the release that was seen when a server started.
create table observability.deploy (
  at      timestamptz primary key,
  release text        not null
);
