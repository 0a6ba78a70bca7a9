-- Conditions and loops are for templates that say so; those that have some already keep them.
alter table notifications.template add column allows_logic boolean not null default false;
update notifications.template set allows_logic = true
where position('{%' in subject_template || body_template || coalesce(shipped_body, '')) > 0;
