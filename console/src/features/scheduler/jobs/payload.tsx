import type { UseFormReturn } from 'react-hook-form';
import type { JobHandler } from '#client';
import { useTexts } from '#app/text/language.ts';
import { TextField } from '#app/ui/form/form.tsx';
import { parsePayload, type JobValues } from './values.ts';
import { words } from './words.ts';

interface PayloadFieldProps {
  readonly form: UseFormReturn<JobValues>;
  readonly handler: JobHandler | undefined;
}

/** JSON, which is checked when the field is left; below it what the type takes. */
export function PayloadField({ form, handler }: PayloadFieldProps) {
  const say = useTexts(words);
  const check = (text: unknown) => {
    const parsed = parsePayload(String(text));
    if ('value' in parsed) return true;
    return parsed.fault === null ? say.payloadNoObject : say.payloadInvalid(parsed.fault);
  };
  const fields = handler ? fieldsOf(handler) : [];
  return (
    <div className="grid gap-1.5">
      <TextField
        form={form}
        name="payload"
        label={say.payload}
        help={say.payloadHelp}
        rows={6}
        isMono
        rules={{ validate: check }}
      />
      {fields.length > 0 && (
        <div className="text-meta text-ink3 grid gap-0.5">
          <p>{say.payloadFields}</p>
          <ul className="grid gap-0.5">
            {fields.map(({ name, type, isRequired, isSecret, description }) => (
              <li key={name} className="flex flex-wrap gap-x-2">
                <bdi className="text-ink2 font-mono">{name}</bdi>
                <bdi className="font-mono">{type}</bdi>
                {isRequired && <span>{say.required}</span>}
                {isSecret && <span>{say.secret}</span>}
                {description && <bdi>{description}</bdi>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

interface Schema {
  readonly type?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly writeOnly?: boolean;
}

function fieldsOf({ payload }: JobHandler) {
  const { properties = {}, required = [] } = payload as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    type: typeOf(schema),
    isRequired: required.includes(name),
    isSecret: schema.writeOnly === true,
    description: schema.description,
  }));
}

function typeOf({ type, anyOf, enum: values, const: value }: Schema): string {
  if (value !== undefined) return JSON.stringify(value);
  if (values) return values.map((one) => JSON.stringify(one)).join(' | ');
  if (anyOf) return anyOf.map(typeOf).join(' | ');
  return typeof type === 'string' ? type : '';
}
