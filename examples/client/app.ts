/**
 * Signs in, sends a file, and prints what arrives in the inbox until the file can be read. In Node from 22.18 on:
 *
 *     EMAIL=sara@example.com PASSWORD=… node app.ts http://localhost:8080 report.pdf
 *
 * In a browser `index.html` runs the same by a form.
 */
import { ApiError, createClient, take } from '@bonyan/client';

interface Task {
  readonly baseUrl: string;
  readonly email: string;
  readonly password: string;
  readonly file: File;
  readonly print: (line: string) => void;
}

export async function run({ baseUrl, email, password, file, print }: Task): Promise<void> {
  const client = createClient({ baseUrl });
  const answer = await client.signIn({ email, password });
  if ('mfaRequired' in answer) throw new Error('this account has a second factor: finishSignIn() is next');
  print(`signed in as ${answer.user.email}`);

  const over = new AbortController();
  const listening = listen(over.signal).catch((error) => print(explain(error)));
  try {
    const upload = client.upload(file, {
      onProgress: ({ sentBytes, totalBytes }) => print(`sent ${Math.round((100 * sentBytes) / (totalBytes || 1))}%`),
    });
    print(`the server has all of ${file.name}: ${await upload.done}`);
    print(`its status: ${await statusOf(await upload.done)}`);
  } finally {
    over.abort();
    await listening;
    await client.signOut();
  }
  print('signed out');

  /** Connects again by itself, also with a new token when the old one has expired. */
  async function listen(signal: AbortSignal): Promise<void> {
    const onState = (state: string) => print(`stream: ${state}`);
    const query = { topics: 'notifications.inbox' };
    for await (const { event, data } of client.listen('/api/v1/stream', { query, signal, onState }))
      print(`${event}: ${JSON.stringify(data)}`);
  }

  /** Waits until the file was scanned. */
  async function statusOf(fileId: string): Promise<string> {
    for (;;) {
      const path = { fileId };
      const { storageStatus } = await take(client.api.GET('/api/v1/files/{fileId}', { params: { path } }));
      if (storageStatus !== 'pending') return storageStatus;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

const explain = (error: unknown) => (error instanceof ApiError ? `${error.code}: ${error.message}` : String(error));

if ('document' in globalThis) {
  const form = document.querySelector('form') as HTMLFormElement;
  const print = (line: string) => document.querySelector('output')?.append(`${line}\n`);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { baseUrl, email, password, file } = Object.fromEntries(new FormData(form)) as never as Task;
    run({ baseUrl, email, password, file, print }).catch((error) => print(explain(error)));
  });
} else {
  const { openAsBlob } = await import('node:fs');
  const { basename } = await import('node:path');
  const [baseUrl = '', path = ''] = process.argv.slice(2);
  const { EMAIL: email = '', PASSWORD: password = '' } = process.env;
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const file = new File([await openAsBlob(path)], basename(path));
    await run({ baseUrl, email, password, file, print });
  } catch (error) {
    print(explain(error));
    process.exitCode = 1;
  }
}
