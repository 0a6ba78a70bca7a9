/** Sends the bytes of one resumable upload (tus 1.0), over connections that may break. */
import type { DetailedError, FileReader, Upload } from 'tus-js-client';
import { toApiError } from './answer.ts';
import { retryAfterMs } from './retry.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;
const LONGEST_MS = 5000; // between two attempts
const PATIENCE_MS = 3_600_000; // without a byte that was accepted
const TRANSIENT = new Set([408, 423, 429, 500, 502, 503, 504]);

export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface SendingNeeds {
  readonly content: Blob;
  readonly headers: Readonly<Record<string, string>>;
  readonly onProgress: (progress: UploadProgress) => void;
  readonly signal: AbortSignal;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createSending({ content, headers, onProgress, signal, wait }: SendingNeeds) {
  let isPaused = false;
  let interrupt = () => {}; // ends the attempt, or the wait, that is under way

  /**
   * Resolves when the upload has all bytes; those that it has already are not sent again. @throws `ApiError` for a refusal,
   * the reason of `signal`, and the last failure after an hour in which nothing was accepted
   */
  async function sendTo(url: string): Promise<void> {
    const tus = await import('tus-js-client');
    const restart = () => interrupt(); // a connection that is lost may not say so
    const page = globalThis as Partial<EventTarget>; // a page or a worker; Node has no such event
    page.addEventListener?.('online', restart);
    signal.addEventListener('abort', restart);
    try {
      await sendAll(tus, url);
    } finally {
      page.removeEventListener?.('online', restart);
      signal.removeEventListener('abort', restart);
    }
  }

  async function sendAll(tus: Tus, url: string): Promise<void> {
    let failures = 0;
    let movedMs = Date.now();
    const onAccepted = () => ([failures, movedMs] = [0, Date.now()]);
    for (;;) {
      signal.throwIfAborted();
      const outcome = isPaused ? await interruption() : await attempt(tus, url, onAccepted);
      if (outcome === 'complete') return;
      if (outcome === 'interrupted') {
        onAccepted();
        continue;
      }
      if (!isTransient(outcome) || Date.now() - movedMs > PATIENCE_MS) throw toError(outcome);
      await rest(toPauseMs(outcome, failures++));
    }
  }

  async function attempt(tus: Tus, url: string, onAccepted: () => void): Promise<Outcome> {
    const interrupted = interruption();
    let resolve = (_: Outcome) => {};
    const sent = new Promise<Outcome>((done) => (resolve = done));
    const upload: Upload = new tus.Upload(content, {
      uploadUrl: url, // holds a token of its own: the upload outlives the access token
      headers: { ...headers },
      chunkSize: CHUNK_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      ...('XMLHttpRequest' in globalThis ? {} : { fileReader: blobReader }),
      onProgress: (sentBytes, totalBytes) => onProgress({ sentBytes, totalBytes }),
      onChunkComplete: onAccepted,
      onError: resolve,
      onSuccess: () => resolve('complete'),
    });
    upload.start();
    const outcome = await Promise.race([sent, interrupted]);
    if (outcome === 'interrupted') await upload.abort();
    return outcome;
  }

  function interruption(): Promise<'interrupted'> {
    return new Promise((resolve) => (interrupt = () => resolve('interrupted')));
  }

  async function rest(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([wait(ms, over.signal).catch(() => {}), interruption()]);
    over.abort();
  }

  return {
    sendTo,
    pause() {
      isPaused = true;
      interrupt();
    },
    resume() {
      isPaused = false;
      interrupt();
    },
  };
}

type Tus = typeof import('tus-js-client');
type Outcome = 'complete' | 'interrupted' | Error | DetailedError;

/** Outside of browsers `tus-js-client` cannot read a `Blob`. */
const blobReader: FileReader = {
  openFile: async (content: Blob) => ({
    size: content.size,
    async slice(start, end) {
      const bytes = new Uint8Array(await content.slice(start, end).arrayBuffer());
      // It takes the length of the body from `size`.
      return { value: Object.assign(bytes, { size: bytes.byteLength }), done: end >= content.size };
    },
    close() {},
  }),
};

/** Whether the same may go well later: there was no answer, the server is busy, or a lost connection still writes. */
function isTransient(error: Error | DetailedError): boolean {
  const answer = answerOf(error);
  if (!answer) return true;
  const status = answer.getStatus();
  if (status === 409) return toApiError(bodyOf(error), { status, statusText: '' }).code === 'files.upload_conflict';
  return TRANSIENT.has(status);
}

function toPauseMs(error: Error | DetailedError, failures: number): number {
  const answer = answerOf(error);
  const asked = answer && retryAfterMs({ get: (name) => answer.getHeader(name) ?? null });
  return asked === null ? Math.min(failures * 1000, LONGEST_MS) : Math.min(asked, PATIENCE_MS);
}

/** In the words of the server, where it has answered. */
function toError(error: Error | DetailedError): Error {
  const answer = answerOf(error);
  return answer ? toApiError(bodyOf(error), { status: answer.getStatus(), statusText: error.message }) : error;
}

/** Null for a connection that broke. */
function answerOf(error: Error | DetailedError) {
  return 'originalResponse' in error ? error.originalResponse : null;
}

function bodyOf(error: Error | DetailedError): unknown {
  try {
    return JSON.parse(answerOf(error)?.getBody() ?? '');
  } catch {
    return null; // the answer of a proxy, or to HEAD
  }
}
