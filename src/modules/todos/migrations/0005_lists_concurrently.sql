-- Open ones and completed ones, whichever are few.
create index concurrently if not exists todo_state on todos.todo (owner_id, is_completed, id desc);
create index concurrently if not exists todo_label on todos.todo using gin (todos.label_keys(owner_id, label_forms))
  with (gin_pending_list_limit = 512);
