/**
 * Resumable uploads: a file goes on where it was after a connection that broke, after a pause and, with a `store`, after a
 * reload of the page or a new start of the program.
 */
import { ApiError } from './answer.ts';
import { createSending, type SendingNeeds, type UploadProgress } from './sending.ts';

const GONE = new Set([401, 403, 404, 410]); // of an address from before: its upload or its session has ended

/** Keeps the addresses of unfinished uploads: `localStorage` of a page, or a file of a program. */
export type UploadStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What the server is told of the file. */
export interface UploadFields {
  /** Default: the name of the `File`. */
  readonly fileName?: string;
  readonly module?: string;
  /** A path; folders that are missing are made. */
  readonly folder?: string;
  /** Wins over `folder`. */
  readonly folderId?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

export interface UploadOptions extends UploadFields {
  /** After a connection that broke, fewer bytes than before may have been sent. */
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Cancels the upload, also on the server. */
  readonly signal?: AbortSignal;
  /**
   * The same `File` (name, size and time of change) goes on where an upload of the same person has got to. What is kept
   * is an address with a token that is good for this upload alone, until its session ends, for 24 hours at most.
   */
  readonly store?: UploadStore;
}

export interface Upload {
  /**
   * The id of the file, once the server has all bytes. Rejects with an `ApiError` for a refusal, with the reason of
   * `signal`, and when nothing was accepted for an hour.
   */
  readonly done: Promise<string>;
  /** Sends nothing more until `resume`; what has arrived is kept for 24 hours. */
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface UploadsNeeds extends Pick<SendingNeeds, 'wait'> {
  /** The address of a new upload. */
  readonly begin: (metadata: string, totalBytes: number, signal: AbortSignal) => Promise<string>;
  readonly send: (request: Request) => Promise<Response>;
  readonly headers: () => Readonly<Record<string, string>>;
  /** Names the person and the server; null when the person is not known. */
  readonly owner: () => Promise<string | null>;
}

export function createUploads({ begin, send, headers, owner, wait }: UploadsNeeds) {
  const running = new Set<string>(); // keys in the store: the same file twice at a time is two uploads

  return function upload(content: Blob, options: UploadOptions = {}): Upload {
    const { onProgress = () => {}, signal = new AbortController().signal, store, ...fields } = options;
    const sending = createSending({ content, headers: headers(), onProgress, signal, wait });
    const metadata = toMetadata(content, fields);

    async function run(): Promise<string> {
      if (!store) return runNew();
      const person = await owner();
      const key = keyOf(person ?? '', content, metadata);
      if (person === null || running.has(key)) return runNew();
      running.add(key);
      try {
        const url = store.getItem(key);
        const fileId = (url === null ? null : await goOn(url)) ?? (await runNew((begun) => store.setItem(key, begun)));
        store.removeItem(key);
        return fileId;
      } catch (error) {
        if (signal.aborted) store.removeItem(key);
        throw error;
      } finally {
        running.delete(key);
      }
    }

    async function runNew(onBegun: (url: string) => void = () => {}): Promise<string> {
      const url = await begin(metadata, content.size, signal);
      onBegun(url);
      return sendTo(url);
    }

    /** Null when the server does not know the upload any more. */
    function goOn(url: string): Promise<string | null> {
      return sendTo(url).catch((error: unknown) => {
        if (error instanceof ApiError && GONE.has(error.status)) return null;
        throw error;
      });
    }

    async function sendTo(url: string): Promise<string> {
      try {
        await sending.sendTo(url);
        return new URL(url).pathname.split('/').at(-1) ?? '';
      } catch (error) {
        // If this fails too, what has arrived expires.
        const ended = new Request(url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } });
        if (signal.aborted) send(ended).catch(() => {});
        throw error;
      }
    }

    return { done: run(), pause: sending.pause, resume: sending.resume };
  };
}

function toMetadata(content: Blob, { fileName, tags = [], ...fields }: UploadFields): string {
  const pairs = {
    filename: fileName ?? ('name' in content ? String(content.name) : ''),
    filetype: content.type,
    tags: tags.join(','),
    ...fields,
  };
  return Object.entries(pairs)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${toBase64(value)}`)
    .join(',');
}

/** @throws `TypeError` for a content that cannot be told from another one of the same size */
function keyOf(owner: string, content: Blob, metadata: string): string {
  if (!('lastModified' in content)) throw new TypeError('an upload with a store needs a File, not a Blob');
  return `bonyan.upload ${owner} ${content.size} ${String(content.lastModified)} ${metadata}`;
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
