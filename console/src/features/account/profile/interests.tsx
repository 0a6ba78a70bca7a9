import { take } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useTexts } from '#app/text/language.ts';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { SaveForm } from '../form.tsx';
import { Panel, useAct } from '../parts.tsx';
import type { ChangingProps } from './links.tsx';
import { words } from './words.ts';

export function Interests({ profile, change }: ChangingProps) {
  const say = useTexts(words);
  const form = useFields({ interests: '' });
  const { run, error, isPending } = useAct();
  const add = async ({ interests }: { interests: string }) => {
    const body = { interests: interests.split(/[,،]/).map((one) => one.trim()).filter((one) => one !== '') }; // prettier-ignore
    await change((header) => take(client.api.POST('/api/v1/profiles/me/interests', { params: { header }, body })));
    form.reset();
  };
  const remove = (interest: string) =>
    change((header) =>
      take(client.api.DELETE('/api/v1/profiles/me/interests/{interest}', { params: { header, path: { interest } } })),
    );
  const interests = profile?.interests ?? [];
  return (
    <Panel title={say.interests}>
      {interests.length > 0 && (
        <ul className="flex flex-wrap gap-2 px-4 pt-4">
          {interests.map((interest) => (
            <li key={interest} className="bg-raised flex items-center gap-1 rounded-full ps-3 pe-1">
              <bdi>{interest}</bdi>
              <button
                type="button"
                aria-label={say.removeNamed(interest)}
                disabled={isPending}
                onClick={() => run({ work: () => remove(interest) })}
                className="text-ink3 hover:text-ink grid size-7 place-items-center"
              >
                <Icon name="close" className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {error && (
        <div className="px-4 pt-3">
          <FailureText error={error} />
        </div>
      )}
      <SaveForm form={form} action={say.addInterest} onSave={add}>
        <TextField
          form={form}
          name="interests"
          label={say.newInterest}
          help={say.newInterestHelp}
          rules={{ required: say.interestMissing }}
        />
      </SaveForm>
    </Panel>
  );
}
