import { useId, useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ApiError } from '#client';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { PersonField } from '#app/people/field.tsx';
import { isUserId, MAY_FIND, personName, personQuery } from '#app/people/queries.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { ListTitle, usePageTitle } from '#app/ui/list.tsx';
import { Failure } from '#app/ui/states.tsx';
import { Decision } from './decision.tsx';
import { PermissionField } from './fields.tsx';
import { RolesNav } from './parts.tsx';
import { CHECK, matrixQuery } from './queries.ts';
import type { WhySearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/roles/why');
const TYPES = 'why-types'; // ids of a list of suggestions are of the whole document
const KNOWN_TYPES = ['todo', 'file', 'folder', 'notification', 'job', 'organisation'];
const FORBIDDEN = new ApiError({ type: 'about:blank', title: '', status: 403, code: 'http.forbidden' });

/** Who may do what, and why: the question is in the address, so that the answer can be sent to somebody. */
export function WhyPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const asked = route.useSearch();
  usePageTitle(say.why, settings.names[useLanguage()]);
  const { user, permission, type, id } = asked;
  const name = useName(user);
  const question =
    user !== undefined && permission !== undefined
      ? { userId: user, permission, ...(type && id ? { resource: { type, id } } : {}) }
      : null;
  return (
    <>
      <RolesNav />
      <ListTitle title={say.why} page={undefined}>
        {question && <AsCall call={{ method: 'POST', path: CHECK, body: question }} />}
      </ListTitle>
      {can('authorization.check') ? (
        <>
          <p className="text-ink2 -mt-2">{say.whyText}</p>
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <Question key={JSON.stringify(asked)} asked={asked} />
            {question ? (
              <Decision question={question} name={name ?? question.userId} />
            ) : (
              <p className="border-line text-ink2 rounded-xl border border-dashed px-4 py-8 text-center">
                {say.notAsked}
              </p>
            )}
          </div>
        </>
      ) : (
        <Failure error={FORBIDDEN} permission="authorization.check" />
      )}
    </>
  );
}

/** What the person is called, for those who may see accounts. */
function useName(userId: string | undefined): string | null {
  const { can } = useMe();
  const { data } = useQuery({
    ...personQuery(userId ?? ''),
    enabled: can(MAY_FIND) && userId !== undefined && isUserId(userId),
  });
  return data ? personName(data) : null;
}

/** What of a question may be typed wrong. */
type Part = 'user' | 'permission' | 'resource';

function Question({ asked }: { readonly asked: WhySearch }) {
  const say = useTexts(words);
  const { can } = useMe();
  const navigate = route.useNavigate();
  const { data } = useQuery({ ...matrixQuery(), enabled: can('authorization.manage') });
  const [question, setQuestion] = useState<WhySearch>(asked);
  const [areShown, setShown] = useState(false);
  const helpId = useId();
  const { user = '', permission = '', type = '', id = '' } = question;
  const set = (part: WhySearch) => setQuestion({ ...question, ...part });
  const errors: Readonly<Record<Part, string | undefined>> = {
    user: isUserId(user) ? undefined : say.userMissing,
    permission: permission === '' ? say.permissionMissing : undefined,
    resource: (type === '') === (id === '') ? undefined : say.resourceHalf,
  };
  const shown = areShown ? errors : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (Object.values(errors).every((error) => error === undefined)) void navigate({ search: question });
  };
  return (
    <form noValidate onSubmit={submit} className="border-line grid gap-4 rounded-xl border p-4">
      <PersonField label={say.who} error={shown?.user} value={user} onChange={(one) => set({ user: one })} />
      <PermissionField
        label={say.permission}
        value={permission}
        permissions={can('authorization.manage') ? (data?.permissions ?? []) : null}
        error={shown?.permission}
        onChange={(code) => set({ permission: code })}
      />
      <div className="grid gap-1">
        <div className="grid items-start gap-4 sm:grid-cols-[1fr_2fr]">
          <Text
            name="type"
            label={say.resourceType}
            helpId={helpId}
            value={type}
            suggestions={KNOWN_TYPES}
            onChange={(text) => set({ type: text })}
          />
          <Text
            name="id"
            label={say.resourceId}
            helpId={helpId}
            error={shown?.resource}
            value={id}
            onChange={(text) => set({ id: text })}
          />
        </div>
        <p id={helpId} className="text-meta text-ink3">
          {say.resourceHelp}
        </p>
      </div>
      <Button type="submit" look="primary" className="justify-self-start">
        {say.ask}
      </Button>
    </form>
  );
}

interface TextProps {
  readonly name: string;
  readonly label: string;
  /** Of the help below both. */
  readonly helpId: string;
  readonly error?: string | undefined;
  readonly value: string;
  readonly suggestions?: readonly string[];
  readonly onChange: (text: string) => void;
}

function Text({ name, label, helpId, error, value, suggestions, onChange }: TextProps) {
  return (
    <Field label={label} error={error}>
      {(described) => (
        <>
          <input
            {...described}
            aria-describedby={[described['aria-describedby'], helpId].filter(Boolean).join(' ')}
            name={name}
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            list={suggestions && TYPES}
            value={value}
            onChange={({ target }) => onChange(target.value.trim())}
            className="control min-w-0 font-mono text-[12px] rtl:text-end"
          />
          {suggestions && (
            <datalist id={TYPES}>
              {suggestions.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
