import { useMemo, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { take, type NotificationChoice, type NotificationPreferences } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { CheckField, SelectField, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { toPlain } from '#app/text/typed.ts';
import { SaveForm } from '../form.tsx';
import { Loaded, Panel, Part } from '../parts.tsx';
import { timeZones } from '../profile/countries.ts';
import { words as account } from '../words.ts';
import { words } from './words.ts';

const KEY = ['account', 'notices'];
const PATH = '/api/v1/notifications/preferences';
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

type Choice = Pick<NotificationChoice, 'category' | 'channel'>;
type Category = Choice['category'];

export function NoticesPage() {
  const say = useTexts(words);
  const preferences = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => take(client.api.GET(PATH, { signal })),
  });
  return (
    <Part title={say.title} path={PATH}>
      <Loaded query={preferences} rows={5}>
        {(data) => (
          <>
            <Choices preferences={data} />
            <Times preferences={data} />
          </>
        )}
      </Loaded>
    </Part>
  );
}

/** Which kinds of messages come, and over what. */
function Choices({ preferences: { choices } }: { readonly preferences: NotificationPreferences }) {
  const say = useTexts(words);
  const { saved } = useTexts(account);
  const tell = useToast();
  const queries = useQueryClient();
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const form = useFields({});
  const categories = [...new Set(choices.map(({ category }) => category))];
  const channels = [...new Set(choices.map(({ channel }) => channel))];
  const toSave = choices.flatMap(({ category, channel, isWanted: before }) => {
    const isWanted = changed.get(keyOf({ category, channel }));
    return isWanted === undefined || isWanted === before ? [] : [{ category, channel, isWanted }];
  });
  const save = async () => {
    queries.setQueryData(KEY, await take(client.api.PUT(PATH, { body: { choices: toSave } })));
    setChanged(new Map());
    tell(saved);
  };
  const isWanted = (category: Category, channel: Choice['channel']) =>
    changed.get(keyOf({ category, channel })) ??
    choices.find((one) => one.category === category && one.channel === channel)?.isWanted ??
    false;
  return (
    <Panel title={say.choices} about={say.choicesAbout}>
      <SaveForm form={form} onSave={save} isGuarded isChanged={toSave.length > 0}>
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={say.choices}>
          <table className="w-full text-start">
            <thead>
              <tr className="text-ink3 text-meta">
                <th scope="col" className="pe-4 text-start font-medium">
                  {say.kind}
                </th>
                {channels.map((channel) => (
                  <th key={channel} scope="col" className="px-3 py-1 font-medium whitespace-nowrap">
                    {say.channels[channel]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-line divide-y">
              {categories.map((category) => (
                <tr key={category}>
                  <th scope="row" className="py-2 pe-4 text-start font-normal">
                    {say.categories[category]}
                  </th>
                  {channels.map((channel) => (
                    <td key={channel} className="px-3 text-center">
                      <label className="inline-grid size-8 place-items-center">
                        <input
                          type="checkbox"
                          aria-label={`${say.categories[category]}: ${say.channels[channel]}`}
                          checked={isWanted(category, channel)}
                          onChange={({ target }) =>
                            setChanged(new Map(changed).set(keyOf({ category, channel }), target.checked))
                          }
                          className="accent-kashi size-4"
                        />
                      </label>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </SaveForm>
    </Panel>
  );
}

function keyOf({ category, channel }: Choice): string {
  return `${category} ${channel}`;
}

/** The time zone, and hours in which nothing comes. */
function Times({ preferences: { timeZone, quietHours } }: { readonly preferences: NotificationPreferences }) {
  const say = useTexts(words);
  const { saved } = useTexts(account);
  const tell = useToast();
  const queries = useQueryClient();
  const values = {
    timeZone,
    isQuiet: quietHours !== null,
    from: quietHours?.from ?? '22:00',
    to: quietHours?.to ?? '07:00',
  };
  const form = useFields(values);
  const isQuiet = form.watch('isQuiet');
  const zones = useMemo(timeZones, []);
  const save = async (typed: typeof values) => {
    const { from, to } = { from: toPlain(typed.from).trim(), to: toPlain(typed.to).trim() };
    const body = { timeZone: typed.timeZone, quietHours: typed.isQuiet ? { from, to } : null };
    queries.setQueryData(KEY, await take(client.api.PUT(PATH, { body: body as never })));
    form.reset(typed);
    tell(saved);
  };
  const time = { validate: (typed: unknown) => TIME.test(toPlain(String(typed)).trim()) || say.timeInvalid };
  const known = zones.some(([zone]) => zone === timeZone)
    ? zones
    : [[timeZone, timeZone] as [string, string], ...zones];
  return (
    <Panel title={say.times} about={say.timesAbout}>
      <SaveForm form={form} onSave={save} isGuarded>
        <SelectField form={form} name="timeZone" label={say.timeZone} options={known} />
        <CheckField form={form} name="isQuiet" label={say.quiet} help={say.quietHelp} />
        {isQuiet && (
          <div className="grid grid-cols-2 gap-3">
            <TextField form={form} name="from" label={say.from} rules={time} isLatin />
            <TextField form={form} name="to" label={say.to} rules={time} isLatin />
          </div>
        )}
      </SaveForm>
    </Panel>
  );
}
