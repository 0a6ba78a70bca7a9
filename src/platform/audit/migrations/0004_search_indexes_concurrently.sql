-- Each filter of the trail has an index that carries the order by id: a page reads as many rows as it shows, and the rows
-- of one person are found without their kind. Kinds and outcomes have few values, so their index grows at few places.
create index concurrently if not exists entry_resource_id on audit.entry (resource_id, id desc);
create index concurrently if not exists entry_resource_type on audit.entry (resource_type, id desc);
create index concurrently if not exists entry_outcome on audit.entry (outcome, id desc);
-- Replaced by the first two; and one that no query reads.
drop index concurrently if exists audit.entry_resource;
drop index concurrently if exists audit.entry_request;
