#!/bin/sh
# Runs once, when the database is created: `bonyan_owner` owns the tables and migrates, `bonyan_app` runs the server.
# Neither is a superuser. The owner is a member of the login of the server, so that it can give it its partitions.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" -U "$POSTGRES_USER" -d postgres <<'SQL'
create role bonyan_app login password :'app';
create role bonyan_owner login password :'owner' in role bonyan_app;
create database bonyan owner bonyan_owner;
revoke all on database bonyan from public;
grant connect on database bonyan to bonyan_app;
SQL
