import type { TestApp } from '#testing/app.ts';

/** A place where text is kept: a table, or the log. */
export type Places = ReadonlyMap<string, string>;

/** Every row of every table as text, and each value of type bytea once more as the text that its bytes may be. */
export async function dump({ database }: TestApp): Promise<Map<string, string>> {
  const { pool } = database;
  const { rows: tables } = await pool.query<{ name: string; bytes: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
            coalesce(array_agg(quote_ident(a.attname)) filter (where a.atttypid = 'bytea'::regtype), '{}')::text[] as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
     group by 1`,
  );
  const dumped = tables.map(async ({ name, bytes }) => {
    const columns = ['t::text as row', ...bytes.map((column, at) => `${column} as b${at}`)];
    const { rows } = await pool.query<Record<string, string | Buffer | null>>(
      `select ${columns.join(', ')} from ${name} t`,
    );
    const texts = rows.flatMap((row) =>
      Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : (value ?? ''))),
    );
    return [name, texts.join('\n')] as const;
  });
  return new Map(await Promise.all(dumped));
}

/** Where one of the texts is found, and in which form: as text, or encoded in a way that programs use. */
export function findTraces(places: Places, texts: readonly string[]): string[] {
  const forms = texts.flatMap((text) => formsOf(text).map((form) => ({ text, ...form })));
  return [...places].flatMap(([place, content]) => {
    const lower = content.toLowerCase();
    return forms
      .filter(({ needle, isExact }) => (isExact ? content.includes(needle) : lower.includes(needle.toLowerCase())))
      .map(({ text, form }) => `${place}: ${text} as ${form}`);
  });
}

interface Form {
  readonly form: string;
  readonly needle: string;
  /** Upper and lower case differ. */
  readonly isExact: boolean;
}

function formsOf(text: string): Form[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((before) => {
    const needle = base64Within(bytes, before);
    return [needle, needle.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    { form: 'text', needle: text, isExact: false },
    { form: 'the text of its bytes', needle: bytes.toString('latin1'), isExact: false },
    { form: 'an address of the web', needle: encodeURIComponent(text), isExact: false },
    { form: 'JSON in JSON', needle: JSON.stringify(JSON.stringify(text)).slice(3, -3), isExact: false },
    { form: 'hex', needle: bytes.toString('hex'), isExact: false },
    ...base64.map((needle) => ({ form: 'base64', needle, isExact: true })),
  ];
}

/** The part that does not depend on its neighbours, when `before` bytes stand before the text in its group of three. */
function base64Within(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const isCut = ((before + bytes.length) * 8) % 6 !== 0;
  return encoded.slice(Math.ceil((before * 8) / 6), isCut ? -1 : undefined);
}
