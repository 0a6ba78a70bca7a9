import { useQuery } from '@tanstack/react-query';
import { matrixQuery } from '#app/features/roles/queries.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Field } from '#app/ui/form/field.tsx';
import { words } from './words.ts';

/** The roles of the installation; for who may not read them, the built-in ones and the one that is there. */
export function useRoleNames(current = 'user'): readonly string[] {
  const { can } = useMe();
  const { data } = useQuery({ ...matrixQuery(), enabled: can('authorization.manage') });
  return [...new Set([...(data?.roles.map(({ name }) => name) ?? ['admin', 'user']), current])];
}

interface RoleSelectProps {
  readonly value: string;
  readonly onChange: (role: string) => void;
}

export function RoleSelect({ value, onChange }: RoleSelectProps) {
  const say = useTexts(words);
  const roles = useRoleNames(value);
  return (
    <Field label={say.role}>
      {(described) => (
        <select
          {...described}
          name="role"
          value={value}
          onChange={({ target }) => onChange(target.value)}
          className="control min-w-32"
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
