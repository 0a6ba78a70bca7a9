import { formOf, upload } from '../../../src/testing/files/uploads.ts';
import { pdf, picture } from './contents.ts';
import type { Member } from './people.ts';
import { ok, type Stage } from './stage.ts';
import type { Todo } from './words.ts';

const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  csv: 'text/csv',
  txt: 'text/plain',
};

/** The day so many days from now, as the API writes it. */
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

export async function fillTodos({ words, admin }: Stage): Promise<void> {
  for (const todo of words.todos.toReversed()) await addTodo(admin, todo);
}

async function addTodo(admin: Stage['admin'], { text, labels, priority, dueInDays, done }: Todo): Promise<void> {
  const { id } = await ok(
    admin.post('/todos', {
      description: text,
      ...(labels && { labels }),
      ...(priority && { priority }),
      ...(dueInDays !== undefined && { dueDate: dayIn(dueInDays) }),
    }),
  );
  if (done) await ok(admin.put(`/todos/${id}/complete`));
}

/** Of the example module: the customers are the people of the shop. */
export async function fillInvoices({ words, admin }: Stage): Promise<void> {
  for (const [at, { first, last }] of words.people.slice(0, 6).entries()) {
    const invoice = {
      customer: `${first} ${last}`,
      amount: 48_000 + at * 17_500,
      currency: 'EUR',
      dueOn: dayIn(7 + at * 4),
    };
    await ok(admin.post('/invoices', invoice));
  }
}

export interface Files {
  readonly folderId: string;
  /** With versions, links and readers. */
  readonly tableId: string;
  readonly pictureId: string;
}

/** Files in three folders, with versions, links, readers and one in the trash. */
export async function fillFiles(stage: Stage, members: readonly Member[]): Promise<Files> {
  const { app, words, admin } = stage;
  const folders = Object.fromEntries(
    await Promise.all(
      Object.entries(words.folders).map(async ([key, name]) => [
        key,
        (await ok(admin.post('/files/folders', { name }))).id as string,
      ]),
    ),
  );
  const ids = new Map<string, string>();
  for (const [place, names] of Object.entries(words.files))
    for (const name of names) ids.set(name, await send(stage, name, folders[place]));
  await app.drain();
  const [, photo, table = '', old = ''] = words.files.top;
  const tableId = ids.get(table) ?? '';
  for (const lines of [2, 3]) {
    const content = words.report.split('\n').slice(0, lines).join('\n');
    const { payload, headers } = formOf({ name: table, content, type: 'text/csv' });
    await ok(admin.put(`/files/${tableId}/content`, payload, headers));
    await app.drain();
  }
  for (const tag of words.fileTags) await ok(admin.post(`/files/${tableId}/tags`, { tag }));
  await ok(
    admin.post(`/files/${tableId}/share`, { mode: 'secure', expiresInSeconds: 7 * DAY_SECONDS, maxDownloads: 10 }),
  );
  await ok(
    admin.post(`/files/${tableId}/share`, {
      mode: 'public',
      expiresInSeconds: 30 * DAY_SECONDS,
      password: 'only-for-us',
    }),
  );
  for (const { id } of members.slice(0, 3))
    await ok(
      admin.post(`/files/permissions/${tableId}`, {
        subjectType: 'user',
        subjectValue: id,
        canRead: true,
        canWrite: false,
        canDelete: false,
      }),
    );
  await ok(admin.delete(`/files/${ids.get(old)}`));
  await app.drain();
  return { folderId: folders['photos'] ?? '', tableId, pictureId: ids.get(photo ?? '') ?? '' };
}

async function send({ words, admin }: Stage, name: string, folderId: string | undefined): Promise<string> {
  const extension = name.split('.').at(-1) ?? '';
  const content = await contentOf(extension, name, words.report);
  const fields = folderId === undefined ? {} : { folderId };
  const type = TYPES[extension] ?? 'text/plain';
  return (await ok(upload(admin, { name, content, type, fields }))).id;
}

async function contentOf(extension: string, name: string, report: string): Promise<string | Uint8Array> {
  if (extension === 'jpg') return picture(name.length);
  return extension === 'pdf' ? pdf() : report;
}
