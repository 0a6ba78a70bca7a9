import { Ajv, type ValidateFunction } from 'ajv';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { schedulerErrors } from '../contract.ts';
import { sealedPayloadSecrets } from '../secrets.ts';
import { MASK } from './mask.ts';

const MAX_BYTES = 64 * 1024;

type Values = Readonly<Record<string, unknown>>;

/** A payload as it is stored: the secrets apart, masked in what is shown. */
export interface PreparedPayload {
  readonly payload: Record<string, unknown>;
  readonly secrets: Record<string, unknown> | null;
}

/** Where a payload does not fit its handler: a JSON pointer into it, and why. */
export interface PayloadFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Checks payloads by the schemas of their handlers, and keeps their secrets. */
export function createPayloads(keys: Keys) {
  const ajv = new Ajv({ strict: false, useDefaults: true });
  const checks = new Map<string, ValidateFunction>();

  /** `before`: the secrets that stay where they are sent masked. @throws `scheduler.payload_invalid` */
  function prepare(handler: JobHandler, given: Values, before: Values | null): PreparedPayload {
    if (Buffer.byteLength(JSON.stringify(given)) > MAX_BYTES)
      refuse('', 'maxLength', `is longer than ${MAX_BYTES} bytes`);
    const names = secretFields(handler);
    const isMasked = (name: string) => names.has(name) && given[name] === MASK;
    const lost = Object.keys(given).find((name) => isMasked(name) && before?.[name] === undefined);
    if (lost !== undefined) refuse(`/${lost}`, 'required', 'the secret has to be given again');
    const whole = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, isMasked(name) ? before?.[name] : value]),
    );
    const fault = findFault(handler, whole);
    if (fault) refuse(fault.path, fault.code, fault.message);
    const secrets = Object.entries(whole).filter(([name]) => names.has(name));
    const masked = Object.fromEntries(secrets.map(([name]) => [name, MASK]));
    return { payload: { ...whole, ...masked }, secrets: secrets.length > 0 ? Object.fromEntries(secrets) : null };
  }

  /** Also gives `value` the defaults of the schema. */
  function findFault(handler: JobHandler, value: Values): PayloadFault | null {
    const validate = checks.get(handler.type) ?? ajv.compile({ ...handler.payload, additionalProperties: false });
    checks.set(handler.type, validate);
    if (validate(value)) {
      const refused = handler.refuses?.(value) ?? null;
      return refused && { path: toPath(refused.field), code: 'refused', message: refused.reason };
    }
    const [error] = validate.errors ?? [];
    const { missingProperty, additionalProperty } = (error?.params ?? {}) as Record<string, string | undefined>;
    const name = missingProperty ?? additionalProperty;
    const path = `${error?.instancePath ?? ''}${toPath(name ?? '')}`;
    return { path, code: error?.keyword ?? 'invalid', message: error?.message ?? 'is not valid' };
  }

  function open(jobId: string, secret: Buffer | null): Record<string, unknown> | null {
    return secret === null ? null : JSON.parse(keys.open(sealedPayloadSecrets, jobId, secret).toString());
  }

  return {
    prepare,
    findFault,
    open,
    seal: (jobId: string, secrets: Values | null) =>
      secrets === null ? null : keys.seal(sealedPayloadSecrets, jobId, JSON.stringify(secrets)),
  };
}

export type Payloads = ReturnType<typeof createPayloads>;

function secretFields({ payload }: JobHandler): ReadonlySet<string> {
  const fields = Object.entries(payload.properties as Record<string, { writeOnly?: boolean }>);
  return new Set(fields.filter(([, { writeOnly }]) => writeOnly === true).map(([name]) => name));
}

const toPath = (field: string) => (field === '' ? '' : `/${field}`);

function refuse(path: string, code: string, message: string): never {
  throw schedulerErrors.payloadInvalid({ errors: [{ path: `/payload${path}`, code, message }] });
}
