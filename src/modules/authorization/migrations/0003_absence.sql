-- Locked by an administrator until then: does not count as an administrator who is left.
alter table "authorization".subject add column absent_until timestamptz;
