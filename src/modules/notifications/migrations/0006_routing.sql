-- Who hears of incidents of a severity, and how. Without a row: administrators, in-app and by e-mail.
create table notifications.route (
  severity text   primary key check (severity in ('low', 'medium', 'high', 'critical')),
  roles    text[] not null,
  user_ids uuid[] not null,
  channels text[] not null
);
