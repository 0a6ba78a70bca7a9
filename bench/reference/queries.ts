/** The SQL that Bonyan sends for the same calls, character by character where the work is the same. */
const COLUMNS =
  'id, description, due_date, labels, priority, remind_at, is_completed, completed_at, created_at, updated_at, version';

export const LIST_TODOS = `
    select ${COLUMNS}, (select count(*) from (select 1 from todos.todo where owner_id = $1 limit 10001) counted) as total from todos.todo where owner_id = $1 order by id desc, id desc limit $2 offset $3`;

export const INSERT_TODO = `insert into "todos"."todo" ("id", "owner_id", "description", "due_date", "labels", "priority", "remind_at") values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`;

export const INSERT_EVENT = 'insert into platform.event (id, type, key, origin, body) values ($1, $2, $3, $4, $5)';
