-- Whose events matched: a silence of a service holds for an incident when all of these are silent. Few names: those beyond are left out.
alter table logging.match_count add column services text[] not null default '{}';
alter table logging.incident add column services text[] not null default '{}';
