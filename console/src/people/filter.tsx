import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { PersonName } from './name.tsx';
import { MAY_FIND } from './queries.ts';
import { PersonSearch } from './search.tsx';
import { words } from './words.ts';

interface PersonFilterProps {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}

/** A filter of a list by a user. */
export function PersonFilter({ label, name, value, onChange }: PersonFilterProps) {
  const say = useTexts(words);
  const { can } = useMe();
  if (value !== undefined)
    return (
      <p className="border-line2 bg-raised flex min-h-8 max-w-full items-center gap-2 rounded-lg border ps-2.5">
        <span className="text-ink2 shrink-0">{label}</span>
        <PersonName id={value} />
        <Button
          look="quiet"
          isSquare
          aria-label={say.clear(label)}
          title={say.clear(label)}
          onClick={() => onChange(undefined)}
        >
          <Icon name="close" className="size-3.5" />
        </Button>
      </p>
    );
  return can(MAY_FIND) ? (
    <PersonSearch
      described={{ 'aria-label': label }}
      name={name}
      placeholder={label}
      className="w-52 max-sm:w-full"
      onChoose={onChange}
    />
  ) : (
    <input
      dir="ltr"
      name={name}
      aria-label={label}
      placeholder={label}
      maxLength={100}
      spellCheck={false}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      onBlur={({ target }) => target.value.trim() !== '' && onChange(target.value.trim())}
      className="control w-52 max-sm:w-full rtl:text-end"
    />
  );
}
