import { Ajv, type ValidateFunction } from 'ajv';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { schedulerErrors } from '../contract.ts';
import { sealedPayloadSecrets } from '../secrets.ts';

export const MASK = '***';
const MAX_BYTES = 64 * 1024;
/** A shorter one is part of many words. */
const MIN_MASKED = 4;

type Values = Readonly<Record<string, unknown>>;

/** A payload as it is stored: the secrets apart, masked in what is shown. */
export interface PreparedPayload {
  readonly payload: Record<string, unknown>;
  readonly secrets: Record<string, unknown> | null;
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
    check(handler, whole);
    const fault = handler.refuses?.(whole) ?? null;
    if (fault) refuse(fault.field === '' ? '' : `/${fault.field}`, 'refused', fault.reason);
    const secrets = Object.entries(whole).filter(([name]) => names.has(name));
    const masked = Object.fromEntries(secrets.map(([name]) => [name, MASK]));
    return { payload: { ...whole, ...masked }, secrets: secrets.length > 0 ? Object.fromEntries(secrets) : null };
  }

  function check(handler: JobHandler, value: Values): void {
    const validate = checks.get(handler.type) ?? ajv.compile({ ...handler.payload, additionalProperties: false });
    checks.set(handler.type, validate);
    if (validate(value)) return;
    const [error] = validate.errors ?? [];
    const { missingProperty, additionalProperty } = (error?.params ?? {}) as Record<string, string | undefined>;
    const name = missingProperty ?? additionalProperty;
    const path = `${error?.instancePath ?? ''}${name === undefined ? '' : `/${name}`}`;
    refuse(path, error?.keyword ?? 'invalid', error?.message ?? 'is not valid');
  }

  return {
    prepare,
    seal: (jobId: string, secrets: Values | null) =>
      secrets === null ? null : keys.seal(sealedPayloadSecrets, jobId, JSON.stringify(secrets)),
    open: (jobId: string, secret: Buffer | null): Record<string, unknown> | null =>
      secret === null ? null : JSON.parse(keys.open(sealedPayloadSecrets, jobId, secret).toString()),
  };
}

export type Payloads = ReturnType<typeof createPayloads>;

/** Replaces secrets by `***` in a text that a handler has written. */
export function createMask(secrets: Values | null): (text: string) => string {
  const words = textsIn(secrets).filter((text) => text.length >= MIN_MASKED);
  return (text) => words.reduce((masked, word) => masked.replaceAll(word, MASK), text);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function secretFields({ payload }: JobHandler): ReadonlySet<string> {
  const fields = Object.entries(payload.properties as Record<string, { writeOnly?: boolean }>);
  return new Set(fields.filter(([, { writeOnly }]) => writeOnly === true).map(([name]) => name));
}

function refuse(path: string, code: string, message: string): never {
  throw schedulerErrors.payloadInvalid({ errors: [{ path: `/payload${path}`, code, message }] });
}
