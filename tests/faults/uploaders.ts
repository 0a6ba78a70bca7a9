import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { idIn, metadata, TUS } from '#testing/files/resumable.ts';

const CLIENTS = 4;
const CHUNK_BYTES = 300_000;
const SIZES = [1, 5000, 200_000, 1_000_000, 6_000_000]; // the last one is several parts in S3
const REPEATED = 0.2; // of the files: they share an object with an earlier one
const PAUSE_MS = 50; // after a refusal
/** A server may be too busy, without its storage, or not know yet that the request before has died. */
const EXPECTED = new Set([409, 429, 503]);

export interface UploadTarget {
  readonly url: string;
  readonly accessToken: string;
}

interface Unfinished {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly path: string;
  /** Bytes that an answer has confirmed. */
  confirmed: number;
}

/** Clients that upload files by forms and by tus, and know what they were promised. */
export function createUploaders() {
  /** Hashes of the files that were acknowledged, by id. */
  const acknowledged = new Map<string, string>();
  const violations: string[] = [];
  const unfinished: Unfinished[] = [];
  const sent: Uint8Array<ArrayBuffer>[] = [];

  function nextContent(): Uint8Array<ArrayBuffer> {
    const repeated = sent[randomInt(sent.length + 1)];
    if (repeated && Math.random() < REPEATED) return repeated;
    const content = new Uint8Array(randomBytes(randomInt(1, (SIZES[randomInt(SIZES.length)] ?? 1) + 1))).fill(1, 0, 4);
    sent.push(content);
    return content;
  }

  async function byForm({ url, accessToken }: UploadTarget): Promise<void> {
    const content = nextContent();
    const body = new FormData();
    body.append('file', new Blob([content]), 'a.bin');
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${url}/api/v1/files`, { method: 'POST', body, headers });
    if (answer.status !== 202) return refused('a form', answer);
    const { id } = (await answer.json()) as { id: string };
    acknowledged.set(id, hashOf(content));
  }

  /** Goes on with an upload that was interrupted, or begins one. */
  async function byTus(target: UploadTarget): Promise<void> {
    const upload = unfinished.shift() ?? (await begin(target));
    if (!upload) return;
    let isComplete = false;
    try {
      isComplete = await goOn(target, upload);
    } finally {
      if (!isComplete) unfinished.push(upload);
    }
  }

  async function begin({ url, accessToken }: UploadTarget): Promise<Unfinished | null> {
    const content = nextContent();
    const answer = await fetch(`${url}/api/v1/files/uploads`, {
      method: 'POST',
      headers: {
        ...TUS,
        authorization: `Bearer ${accessToken}`,
        'upload-length': String(content.byteLength),
        'upload-metadata': metadata({ filename: 'a.bin' }),
      },
    });
    if (answer.status === 201) return { content, path: answer.headers.get('location') ?? '', confirmed: 0 };
    await refused('the beginning of an upload', answer);
    return null;
  }

  async function goOn({ url }: UploadTarget, upload: Unfinished): Promise<boolean> {
    const { content, path } = upload;
    const head = await fetch(url + path, { method: 'HEAD', headers: TUS });
    if (head.status !== 200) {
      await refused('the question for an upload', head);
      return false;
    }
    const offset = Number(head.headers.get('upload-offset'));
    if (offset < upload.confirmed) violations.push(`of ${upload.confirmed} confirmed bytes ${offset} are there`);
    for (upload.confirmed = offset; upload.confirmed < content.byteLength;) {
      const body = content.slice(upload.confirmed, upload.confirmed + CHUNK_BYTES);
      const headers = { ...TUS, 'upload-offset': String(upload.confirmed), 'content-type': 'application/offset+octet-stream' }; // prettier-ignore
      const answer = await fetch(url + path, { method: 'PATCH', body, headers });
      if (answer.status !== 204) {
        await refused('a part of an upload', answer);
        return false;
      }
      upload.confirmed += body.byteLength;
    }
    acknowledged.set(idIn(path), hashOf(content));
    return true;
  }

  async function refused(what: string, answer: Response): Promise<void> {
    if (!EXPECTED.has(answer.status))
      violations.push(`${what} is answered with ${answer.status} ${await answer.text()}`);
    else await answer.body?.cancel();
    await sleep(PAUSE_MS);
  }

  return {
    acknowledged,
    violations,
    /** Uploads until `isOver`, or the connection is lost. */
    async run(target: UploadTarget, isOver: () => boolean): Promise<void> {
      const client = async (_: unknown, at: number) => {
        while (!isOver()) await (at % 2 === 0 ? byForm : byTus)(target);
      };
      await Promise.all(Array.from({ length: CLIENTS }, client).map((running) => running.catch(ignoreLost)));
    },
    /** Goes on once with each upload that was interrupted; answers whether none is left. */
    async finish(target: UploadTarget): Promise<boolean> {
      for (let left = unfinished.length; left > 0; left--) await byTus(target);
      return unfinished.length === 0;
    },
  };
}

export const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

function ignoreLost(error: unknown): void {
  if (!(error instanceof TypeError)) throw error; // so `fetch` says that the connection is lost
}
