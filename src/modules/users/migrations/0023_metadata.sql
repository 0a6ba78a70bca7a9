-- What other programs keep about a person: readable by the person, for servers alone, and writable by the person.
create table users.metadata (
  user_id uuid   primary key references users.user (id),
  public  jsonb  not null default '{}',
  private jsonb  not null default '{}',
  unsafe  jsonb  not null default '{}',
  version int    not null default 1
);
