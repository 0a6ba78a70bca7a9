-- The labels in the form in which they are compared. The labels themselves stay as they were written.
alter table todos.todo
  add column label_forms text[] not null generated always as (platform.canonical_names(labels)) stored;
