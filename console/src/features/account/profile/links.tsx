import { take, type Profile } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { SaveForm } from '../form.tsx';
import { Panel, Row, Rows, useAct } from '../parts.tsx';
import type { useChange } from './queries.ts';
import { words } from './words.ts';

export interface ChangingProps {
  readonly profile: Profile | null;
  readonly change: ReturnType<typeof useChange>;
}

export function Links({ profile, change }: ChangingProps) {
  const say = useTexts(words);
  const form = useFields({ name: '', url: '' });
  const { run, error, isPending } = useAct();
  const put = (links: Record<string, string | null>) =>
    change((header) =>
      take(client.api.PATCH('/api/v1/profiles/me/social-links', { params: { header }, body: { links } })),
    );
  const links = Object.entries(profile?.links ?? {});
  return (
    <Panel title={say.links} about={say.linksAbout}>
      {links.length > 0 && (
        <Rows>
          {links.map(([name, url]) => (
            <Row
              key={name}
              title={<bdi>{name}</bdi>}
              facts={<bdi className="break-all">{url}</bdi>}
              action={
                <Button
                  look="quiet"
                  isSquare
                  aria-label={say.removeNamed(name)}
                  disabled={isPending}
                  onClick={() => run({ work: () => put({ [name]: null }) })}
                >
                  <Icon name="close" />
                </Button>
              }
            />
          ))}
        </Rows>
      )}
      {error && (
        <div className="px-4 pt-3">
          <FailureText error={error} />
        </div>
      )}
      <SaveForm
        form={form}
        action={say.addLink}
        onSave={async ({ name, url }) => {
          await put({ [name.trim()]: url.trim() });
          form.reset();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-[1fr_2fr]">
          <TextField
            form={form}
            name="name"
            label={say.linkName}
            rules={{ required: say.linkNameMissing }}
            maxLength={50}
          />
          <TextField
            form={form}
            name="url"
            label={say.linkUrl}
            inputMode="url"
            rules={{
              required: say.linkUrlMissing,
              pattern: { value: /^\s*https?:\/\/\S+\s*$/, message: say.linkUrlMissing },
            }}
            isLatin
          />
        </div>
      </SaveForm>
    </Panel>
  );
}
