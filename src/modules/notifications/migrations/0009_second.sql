-- What is urgent goes before the rest of its second; what was put off is counted apart from what went.
alter table notifications.channel_second
  add column urgent  int not null default 0,
  add column put_off int not null default 0;
