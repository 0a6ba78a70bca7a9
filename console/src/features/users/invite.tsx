import { useQuery } from '@tanstack/react-query';
import type { NewUser } from '#client';
import { matrixQuery } from '#app/features/roles/queries.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useInvite } from './changes.ts';
import { words } from './words.ts';

/** Only the invited person sets the password. */
export function Invite({ onInvited }: { readonly onInvited: (userId: string) => void }) {
  const say = useTexts(words);
  const language = useLanguage();
  const tell = useToast();
  const { can } = useMe();
  const { data } = useQuery({ ...matrixQuery(), enabled: can('authorization.manage') });
  const form = useFields<Required<NewUser>>({ email: '', firstName: '', lastName: '', language, roles: [] });
  const invite = useInvite();
  const submit = form.handleSubmit((values) =>
    invite.mutate(
      { ...values, email: values.email.trim() },
      {
        onSuccess: ({ id, email }) => {
          form.reset(values);
          tell(say.invited(email ?? ''));
          setTimeout(() => onInvited(id)); // once nothing is unsaved any more
        },
        onError: (error) => showProblem(form, error),
      },
    ),
  );
  const roles = data?.roles.filter(({ name }) => name !== 'user') ?? [];
  const missing = { required: say.nameMissing, maxLength: { value: 100, message: say.nameLong } };
  const pattern = { value: /^\s*\S+@\S+\.\S+\s*$/, message: say.emailInvalid };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 p-5">
      <p className="text-ink2">{say.inviteText}</p>
      <TextField
        form={form}
        name="email"
        label={say.email}
        isLatin
        inputMode="email"
        autoComplete="off"
        rules={{ required: say.emailInvalid, pattern }}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField form={form} name="firstName" label={say.firstName} rules={missing} autoComplete="off" />
        <TextField form={form} name="lastName" label={say.lastName} rules={missing} autoComplete="off" />
      </div>
      <SelectField
        form={form}
        name="language"
        label={say.language}
        help={say.languageHelp}
        options={[
          ['en', say.languages.en],
          ['fa', say.languages.fa],
        ]}
      />
      {roles.length > 0 && (
        <fieldset className="grid gap-1">
          <legend className="text-ink2 pb-1 font-medium">{say.inviteRoles}</legend>
          {roles.map(({ id, name }) => (
            <label key={id} className="flex min-h-8 items-center gap-2.5">
              <input type="checkbox" value={name} {...form.register('roles')} className="accent-kashi size-4" />
              <bdi>{name}</bdi>
            </label>
          ))}
        </fieldset>
      )}
      <FormFailure error={invite.error} />
      <Button type="submit" look="primary" disabled={invite.isPending} className="justify-self-start">
        {say.inviteAction}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty} />
    </form>
  );
}
