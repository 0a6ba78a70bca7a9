import { EMAIL, type Stage } from './servers.ts';

/** Copies of the administrator with addresses `<name>-<n>@example.com`, so that no mailbox is needed. */
export async function createAccounts({ sql }: Pick<Stage, 'sql'>, name: string, count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, (_, n) => `${name}-${n}@example.com`);
  const [columns] = await sql(
    `select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
     where table_schema = 'users' and table_name = 'user' and column_name not in ('id', 'email') and is_generated = 'NEVER'`,
  );
  const names = String(columns?.['names']);
  await sql(
    `insert into users."user" (id, email, ${names})
     select uuidv7(), e, ${names} from users."user", unnest($2::text[]) e where email = $1`,
    [EMAIL, emails],
  );
  return emails;
}

/** Gives the roles of the administrator to an account that was copied without them. */
export async function admit({ sql, userId }: Pick<Stage, 'sql' | 'userId'>, email: string): Promise<void> {
  const [other] = await sql('select id from users."user" where email = $1', [email]);
  await sql('insert into "authorization".subject (user_id) values ($1)', [other?.['id']]);
  await sql(
    `insert into "authorization".subject_role (user_id, role_id)
     select $1::uuid, role_id from "authorization".subject_role where user_id = $2`,
    [other?.['id'], userId],
  );
}
