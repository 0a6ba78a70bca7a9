import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { parseTypedDate } from '#app/text/dates.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { FormFailure, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { ARCHIVES_KEY, createArchive } from './queries.ts';
import { words } from './words.ts';

/** Asks for a day, then for a confirmation: what is archived leaves the database. */
export function ArchiveForm({ onClose }: { readonly onClose: () => void }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const fmt = useFmt();
  const language = useLanguage();
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields<{ before: string }>({ before: '' });
  const [day, setDay] = useState<string | null>(null);
  const archive = useMutation({
    mutationFn: createArchive,
    async onSuccess() {
      tell(say.archiving);
      await queries.invalidateQueries({ queryKey: ARCHIVES_KEY });
      onClose();
    },
  });
  const validate = (typed: string) => {
    const parsed = parseTypedDate(typed, language);
    if (!parsed) return say.beforeWrong;
    return new Date(`${parsed}T00:00:00`) < new Date() || say.beforeFuture;
  };
  const ask = form.handleSubmit(({ before }) => setDay(parseTypedDate(before, language) ?? null));
  return (
    <Drawer title={say.archive} onClose={onClose}>
      <form noValidate className="grid gap-4 p-5" onSubmit={(event) => void ask(event)}>
        <TextField form={form} name="before" label={say.before} help={say.beforeHelp} rules={{ validate }} />
        <FormFailure error={archive.error} />
        <div>
          <Button type="submit" look="primary" disabled={archive.isPending}>
            {say.archive}
          </Button>
        </div>
      </form>
      {day !== null && (
        <Confirm
          title={say.confirmTitle(fmt.longDay(day))}
          text={say.confirmText}
          action={say.confirm(fmt.longDay(day))}
          cancel={cancel}
          onConfirm={() => {
            setDay(null);
            archive.mutate(new Date(`${day}T00:00:00`).toISOString());
          }}
          onCancel={() => setDay(null)}
        />
      )}
    </Drawer>
  );
}
