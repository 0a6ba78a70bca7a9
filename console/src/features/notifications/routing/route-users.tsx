import { useRef, useState } from 'react';
import { PersonField } from '#app/people/field.tsx';
import { PersonName } from '#app/people/name.tsx';
import { isUserId } from '#app/people/queries.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import type { useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import type { RoutingDraft } from './draft.ts';
import { words } from './words.ts';

export interface RouteFieldsProps {
  readonly form: ReturnType<typeof useFields<RoutingDraft>>;
  readonly severity: keyof RoutingDraft;
}

/** People who are told beside those with a role; found one by one. */
export function RouteUsers({ form, severity }: RouteFieldsProps) {
  const say = useTexts(words);
  const name = `${severity}.users` as const;
  const ids = form.watch(name);
  const [typed, setTyped] = useState('');
  const takesFocus = useRef(false); // the input of the next person, once one is chosen
  const set = (next: readonly string[]) => form.setValue(name, next, { shouldDirty: true });
  const add = (id: string) => {
    setTyped(isUserId(id) ? '' : id);
    if (!isUserId(id) || ids.includes(id)) return;
    takesFocus.current = true;
    set([...ids, id]);
  };
  const focus = (input: HTMLElement | null) => {
    if (!input || !takesFocus.current) return;
    takesFocus.current = false;
    input.focus();
  };
  return (
    <div className="grid gap-2">
      <PersonField key={ids.length} name={name} label={say.users} value={typed} onChange={add} inputRef={focus} />
      {ids.length > 0 && (
        <ul className="border-line divide-line divide-y rounded-lg border">
          {ids.map((id) => (
            <li key={id} className="flex min-h-9 items-center gap-2 ps-2.5">
              <PersonName id={id} hasAddress />
              <Button
                type="button"
                look="quiet"
                isSquare
                aria-label={`${say.users}: ${say.remove(id)}`}
                onClick={() => set(ids.filter((one) => one !== id))}
                className="ms-auto"
              >
                <Icon name="close" className="size-3.5" />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
