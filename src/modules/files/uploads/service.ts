import { availableParallelism } from 'node:os';
import { system, type Actor } from '#kernel/access.ts';
import { worker, type WorkResult } from '#platform/work/port.ts';
import type { Form, Precondition } from '#platform/http/port.ts';
import { Problem } from '#kernel/problem.ts';
import { createTurns } from '#kernel/limits/turns.ts';
import { filePermissions } from '../contract.ts';
import type { Inspection } from '../inspection/inspect.ts';
import type { FilesNeeds } from '../needs.ts';
import type { Candidate, Judgement } from './schemas.ts';
import type { FilesTables } from '../tables.ts';
import type { Places } from '../places/service.ts';
import { whileAllowed, type Rights } from '../rights/service.ts';
import type { Validation } from '../validation/verdict.ts';
import { createPersonalBound } from './bounds.ts';
import { createGate, gateQueue } from './gate.ts';
import { createReceiving } from './receive.ts';
import { createReplacing } from './replace.ts';
import { createScanning } from './scan-only.ts';

const BATCH = 100;
/** Uploads and scans of one person at once. */
const PER_PERSON = 10;
const DRAFT_MS = 24 * 3_600_000; // longer than any upload

export interface UploadsNeeds extends FilesNeeds {
  readonly validation: Validation;
  readonly places: Places;
  readonly rights: Rights;
  readonly inspection: Inspection;
}

/** Every way in, and the gate through which all files go. */
export function createUploads(needs: UploadsNeeds) {
  const { storage, validation, rights, now } = needs;
  const inTurn = createTurns(availableParallelism()); // an inspection may use a thread
  const inspection: Inspection = { inspect: (key, file) => inTurn(() => needs.inspection.inspect(key, file)) };
  const gate = createGate({ ...needs, inspection });
  const receiving = createReceiving(needs);
  const replacing = createReplacing({ ...needs, receiving });
  const scanning = createScanning({ ...needs, inspection, gate });
  const inBounds = createPersonalBound(PER_PERSON);

  /** Whether such a file would be accepted, as far as its name, size and declared type tell. */
  async function validate({ fileName, sizeBytes, contentType = '', module }: Candidate): Promise<Judgement> {
    const maxBytes = validation.maxBytesOf(module);
    try {
      const name = validation.judgeName(fileName);
      validation.judgeSize(sizeBytes, module);
      return {
        isAccepted: true,
        contentType: validation.judgeDeclared(name, contentType.toLowerCase()),
        code: null,
        maxBytes,
      };
    } catch (error) {
      if (error instanceof Problem) return { isAccepted: false, contentType: null, code: error.code, maxBytes };
      throw error;
    }
  }

  async function tidy(signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    for (let count = BATCH; count === BATCH && !signal.aborted;) count = await receiving.tidy(system('files'), BATCH);
    await storage.tidy(new Date(now().getTime() - DRAFT_MS));
    return { write: async () => {} };
  }

  return {
    inBounds,
    receiving,
    receive: (actor: Actor, form: Form, bodyBytes: number | null) =>
      inBounds(actor.id, () => receiving.receive(actor, form, bodyBytes)),
    replace: (actor: Actor, id: string, form: Form, bodyBytes: number | null, precondition: Precondition) =>
      inBounds(actor.id, () => replacing.replace(actor, id, form, bodyBytes, precondition)),
    scanOnly: (actor: Actor, form: Form) =>
      inBounds(actor.id, () =>
        whileAllowed(
          () => rights.renew(actor, filePermissions.write),
          form.stop,
          () => scanning.scanOnly(actor, form),
        ),
      ),
    retry: gate.retry,
    validate,
    tidy,
    // Two and a half hours of attempts, as the pauses grow to five minutes. Waiting for the scanner uses none.
    worker: worker({
      queue: gateQueue,
      maxAttempts: 40,
      leaseMs: 30_000,
      slots: { burst: 0 },
      handle: gate.pass,
      giveUp: gate.giveUp,
    }),
  };
}

export type Uploads = ReturnType<typeof createUploads>;
