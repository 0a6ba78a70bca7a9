import { Problem } from '#kernel/problem.ts';
import { fileErrors } from '../contract.ts';

/** A refusal stays what it is, and so does a bug; all else that a call of the storage throws is that it is away. */
export function toStorageFault(error: unknown): unknown {
  if (error instanceof Problem || error instanceof TypeError || error instanceof RangeError) return error;
  return Object.assign(fileErrors.storageUnavailable({ retryAfterSeconds: 5 }), { cause: error });
}
