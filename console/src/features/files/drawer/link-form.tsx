import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { FormFailure, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { words } from './words.ts';

const HOUR = 3600;
const TIMES = [HOUR / 4, HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

interface Values {
  readonly mode: 'public' | 'secure';
  readonly seconds: string;
  readonly count: string;
  readonly password: string;
}

export interface LinkTarget {
  readonly is: 'file' | 'folder';
  readonly id: string;
}

/** Makes a link to download a file, or to send files to a folder. It is shown once: only its hash is stored. */
export function LinkForm({ target: { is, id } }: { readonly target: LinkTarget }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const queries = useQueryClient();
  const [shown, setShown] = useState<string | null>(null);
  const form = useFields<Values>({ mode: 'public', seconds: String(24 * HOUR), count: '', password: '' });
  const make = useMutation({
    mutationFn({ mode, seconds, count, password }: Values): Promise<{ readonly url: string }> {
      const number = count.trim() === '' ? undefined : Number(toPlain(count));
      const common = given({ expiresInSeconds: Number(seconds), password: password === '' ? undefined : password });
      return is === 'file'
        ? take(
            client.api.POST('/api/v1/files/{fileId}/share', {
              params: { path: { fileId: id } },
              body: { ...common, mode, ...given({ maxDownloads: number }) },
            }),
          )
        : take(
            client.api.POST('/api/v1/files/folders/{folderId}/share', {
              params: { path: { folderId: id } },
              body: { ...common, mode: 'upload', ...given({ maxFiles: number }) },
            }),
          );
    },
    onSuccess: async ({ url }) => {
      setShown(url);
      form.reset();
      await queries.invalidateQueries({ queryKey: ['files', 'links', id] });
    },
    onError: (error) => showProblem(form, error),
  });
  if (shown !== null)
    return (
      <div role="status" className="bg-ok-soft grid gap-2 rounded-lg p-3">
        <p className="text-ok font-semibold">{say.linkMade}</p>
        <Copyable name={say.link} value={shown} />
        <Button className="justify-self-start" onClick={() => setShown(null)}>
          {say.anotherLink}
        </Button>
      </div>
    );
  const isCount = (count: string) =>
    /^[1-9]\d{0,5}$/.test(toPlain(count.trim())) || count.trim() === '' || say.countInvalid;
  const isPassword = (password: string) =>
    password === '' || (password.length >= 6 && /^[!-~]+$/.test(password)) || say.passwordInvalid;
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => make.mutate(values))(event)}
      className="border-line grid items-start gap-4 rounded-lg border p-4 sm:grid-cols-2"
    >
      {is === 'file' && (
        <SelectField
          form={form}
          name="mode"
          label={say.mode}
          options={(['public', 'secure'] as const).map((mode) => [mode, say.modes[mode]])}
        />
      )}
      <SelectField
        form={form}
        name="seconds"
        label={say.goodFor}
        options={TIMES.map((seconds) => [String(seconds), fmt.duration(seconds * 1000)])}
      />
      <TextField
        form={form}
        name="count"
        label={is === 'file' ? say.maxDownloads : say.maxFiles}
        help={is === 'file' ? say.maxDownloadsHelp : say.maxFilesHelp}
        inputMode="numeric"
        isLatin
        rules={{ validate: isCount }}
      />
      <TextField
        form={form}
        name="password"
        type="password"
        label={say.password}
        help={say.passwordHelp}
        autoComplete="new-password"
        isLatin
        maxLength={200}
        rules={{ validate: isPassword }}
      />
      <div className="grid gap-3 sm:col-span-2">
        <FormFailure error={make.error} />
        <Button type="submit" look="primary" disabled={make.isPending} className="justify-self-start">
          {say.makeLink}
        </Button>
      </div>
    </form>
  );
}
