-- As in 0012, and no other index than that of (xid, pos) may be taken: where the planner expects a hit in every row, all
-- indexes cost it the same, and it then read the log by the index of keys. Only event_xid gives this order without a sort.
-- The sort that is left has so high a cost that PostgreSQL would compile the query each time.
create or replace function platform.unseen_events(
    seen pg_snapshot, head pg_snapshot, after bigint, types text[], most int)
  returns setof platform.event
  language plpgsql stable
  set enable_seqscan = off
  set enable_sort = off
  set jit = off
as $$
begin
  return query
    select u.* from (
      (select e.* from platform.event e
       where e.xid >= pg_snapshot_xmax(seen)
         and pg_visible_in_snapshot(e.xid, head) and e.pos > after and (types is null or e.type = any (types))
       order by e.xid, e.pos)
      union all
      select e.* from pg_snapshot_xip(seen) running (xid), lateral (
        select l.* from platform.event l
        where l.xid = running.xid
          and pg_visible_in_snapshot(l.xid, head) and l.pos > after and (types is null or l.type = any (types))
        order by l.xid, l.pos limit most) e
    ) u
    order by u.pos limit most;
end $$;
