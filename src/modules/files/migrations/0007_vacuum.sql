-- Dead rows stay a small part of a table that has millions of rows (bench/upkeep.ts).
alter table files.file set (autovacuum_vacuum_scale_factor = 0.02);
