import type { Permission } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Field } from '#app/ui/form/field.tsx';
import { byModule } from './reach.ts';
import { words } from './words.ts';

interface PermissionFieldProps {
  readonly label: string;
  readonly value: string;
  /** The catalogue; null for who may not read it, and types a code. */
  readonly permissions: readonly Permission[] | null;
  readonly error?: string | undefined;
  readonly onChange: (code: string) => void;
}

export function PermissionField({ label, value, permissions, error, onChange }: PermissionFieldProps) {
  const say = useTexts(words);
  return (
    <Field label={label} error={error}>
      {(described) =>
        permissions === null ? (
          <input
            {...described}
            name="permission"
            dir="ltr"
            autoComplete="off"
            value={value}
            onChange={({ target }) => onChange(target.value)}
            className="control min-w-0 font-mono text-[12px] rtl:text-end"
          />
        ) : (
          <select
            {...described}
            name="permission"
            value={value}
            onChange={({ target }) => onChange(target.value)}
            className="control min-w-0"
          >
            <option value="">{say.choose}</option>
            {byModule(permissions).map(([module, own]) => (
              <optgroup key={module} label={say.modules[module] ?? module}>
                {own.map(({ code, description }) => (
                  <option key={code} value={code}>
                    {say.option(code, description)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )
      }
    </Field>
  );
}
