-- The next events of a window: not visible to `seen`, visible to `head`, after a place; of some types, or with null of all.
-- After one huge transaction the planner expects a hit in every row of the log, and would read it all for each event that
-- comes. Here it may not: the index leads to the unseen events, by two ranges that no event is in both of.
create function platform.unseen_events(seen pg_snapshot, head pg_snapshot, after bigint, types text[], most int)
  returns setof platform.event
  language plpgsql stable
  set enable_seqscan = off
as $$
begin
  return query
    select u.* from (
      select e.* from platform.event e
      where e.xid >= pg_snapshot_xmax(seen)
        and pg_visible_in_snapshot(e.xid, head) and e.pos > after and (types is null or e.type = any (types))
      union all
      select e.* from pg_snapshot_xip(seen) running (xid), lateral (
        select l.* from platform.event l
        where l.xid = running.xid
          and pg_visible_in_snapshot(l.xid, head) and l.pos > after and (types is null or l.type = any (types))
        offset 0) e
    ) u
    order by u.pos limit most;
end $$;
