import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { ApiError, type Matrix, type Role } from '#client';
import { Conflict } from '#app/features/users/conflict.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { SearchBox } from '#app/ui/list.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useSaveRole } from './changes.ts';
import { Refusal } from './parts.tsx';
import { roleQuery } from './queries.ts';
import { ADMIN, byModule, given, isMatch } from './reach.ts';
import { words } from './words.ts';

interface RoleFormProps {
  /** Null for a new one. */
  readonly role: Role | null;
  readonly matrix: Matrix;
  readonly onSaved: (id: string) => void;
}

interface Values {
  name: string;
  includes: string[];
  permissions: string[];
}

function toValues(role: Role | null): Values {
  return {
    name: role?.name ?? '',
    includes: [...(role?.includes ?? [])],
    permissions: [...(role?.permissions ?? [])],
  };
}

/** Name, inclusions and permissions of a role, saved together. */
export function RoleForm({ role, matrix, onSaved }: RoleFormProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields<Values>(toValues(role));
  const save = useSaveRole();
  const [base, setBase] = useState(role);
  const [theirs, setTheirs] = useState<Role | null>(null);
  const { isDirty } = form.formState;
  useEffect(() => {
    if (isDirty || role === null) return; // what is typed stays; the server says if it is out of date
    setBase(role);
    form.reset(toValues(role));
  }, [role, isDirty, form]);
  const isAdmin = role?.builtIn === true && role.name === ADMIN;

  function start(from: Role): void {
    setBase(from);
    setTheirs(null);
    form.reset(toValues(from));
  }

  function send(onto: Role | null): void {
    const { name, ...rest } = form.getValues();
    const onSuccess = (saved: Role) => {
      start(saved);
      tell(say.saved(saved.name));
      setTimeout(() => onSaved(saved.id)); // once nothing is unsaved any more
    };
    const content = { ...rest, name: name.trim() };
    save.mutate({ base: onto, content }, { onSuccess, onError: (error) => void explain(error) });
  }

  async function explain(error: Error): Promise<void> {
    if (!base || !(error instanceof ApiError) || error.status !== 412) return void showProblem(form, error);
    setTheirs(await queries.fetchQuery({ ...roleQuery(base.id), staleTime: 0 }));
  }

  if (isAdmin) return <p className="text-ink2 p-5">{say.adminText}</p>;
  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit(() => send(base))(event)} className="grid gap-5 p-5">
      {role?.builtIn ? (
        <p className="text-ink2">{say.builtInText}</p>
      ) : (
        <TextField
          form={form}
          name="name"
          label={say.name}
          maxLength={50}
          autoComplete="off"
          rules={{ validate: (text) => String(text).trim() !== '' || say.nameMissing }}
        />
      )}
      <Includes form={form} role={role} matrix={matrix} />
      <Permissions form={form} matrix={matrix} />
      <div className="bg-sheet border-line sticky bottom-0 -mx-5 grid gap-2 border-t px-5 py-3">
        {theirs ? (
          <Conflict
            theirs={`${theirs.name} · ${say.count(fmt.number(theirs.permissions.length), theirs.permissions.length)}`}
            onTake={() => start(theirs)}
            onKeep={() => send(theirs)}
          />
        ) : (
          <Refusal error={save.error} />
        )}
        <Button
          type="submit"
          look="primary"
          disabled={save.isPending || (role !== null && !isDirty)}
          className="justify-self-start"
        >
          {role ? say.save : say.create}
        </Button>
      </div>
      <LeaveGuard isDirty={isDirty} />
    </form>
  );
}

interface PartProps {
  readonly form: UseFormReturn<Values>;
  readonly matrix: Matrix;
}

function Includes({ form, role, matrix }: PartProps & { readonly role: Role | null }) {
  const say = useTexts(words);
  const others = matrix.roles.filter(({ id, name }) => id !== role?.id && name !== ADMIN);
  if (others.length === 0) return null;
  return (
    <fieldset className="grid gap-1">
      <legend className="text-ink2 pb-1 font-medium">{say.includes}</legend>
      <div className="flex flex-wrap gap-x-5">
        {others.map(({ id, name }) => (
          <label key={id} className="flex min-h-8 items-center gap-2.5">
            <input type="checkbox" value={name} {...form.register('includes')} className="accent-kashi size-4" />
            <bdi>{name}</bdi>
          </label>
        ))}
      </div>
      <p className="text-meta text-ink3">{say.includesHelp}</p>
    </fieldset>
  );
}

function Permissions({ form, matrix }: PartProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const [search, setSearch] = useState('');
  const [includes, chosen] = form.watch(['includes', 'permissions']);
  const byName = new Map(matrix.roles.map((role) => [role.name, role]));
  const included = given(includes.flatMap((name) => byName.get(name) ?? []), byName); // prettier-ignore
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="text-ink2 pb-1 font-medium">
        {say.permissions} <span className="text-ink3 font-normal">{say.chosen(fmt.number(chosen.length))}</span>
      </legend>
      <div className="flex">
        <SearchBox value={search} label={say.filter} onChange={setSearch} />
      </div>
      {byModule(matrix.permissions).map(([module, own]) => (
        <div key={module} hidden={!own.some((one) => isMatch(one, search))}>
          <h3 className="text-meta text-ink2 pb-0.5 font-semibold">{say.modules[module] ?? module}</h3>
          <div className="border-line divide-line divide-y rounded-lg border">
            {own.map((one) => (
              <label
                key={one.code}
                // Hidden and not removed: the form reads the boxes that there are.
                hidden={!isMatch(one, search)}
                className="hover:bg-raised flex min-h-9 items-center gap-3 px-3 py-1.5 [&[hidden]]:hidden"
              >
                <input
                  type="checkbox"
                  value={one.code}
                  {...form.register('permissions')}
                  className="accent-kashi size-4 shrink-0"
                />
                <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
                  <bdi className="font-mono text-[12px] break-all">{one.code}</bdi>
                  <span className="text-meta text-ink3">{one.description}</span>
                </span>
                {included.has(one.code) && (
                  <span className="text-meta text-ink2">{say.through(included.get(one.code) ?? '')}</span>
                )}
              </label>
            ))}
          </div>
        </div>
      ))}
    </fieldset>
  );
}
