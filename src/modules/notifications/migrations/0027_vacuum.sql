-- Dead rows stay a small part of a table that has millions of rows (bench/upkeep.ts).
alter table notifications.message set (autovacuum_vacuum_scale_factor = 0.02);
