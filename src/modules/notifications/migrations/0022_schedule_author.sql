-- Who created the message of a schedule: that person sees the schedule too, in a list that one index finds.
alter table notifications.schedule add column message_created_by text;
update notifications.schedule s set message_created_by = m.created_by
from notifications.message m where m.id = s.notification_id and m.created_by is not null;
