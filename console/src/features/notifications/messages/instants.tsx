import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { toSchedule, type Draft } from './draft.ts';
import { PATH } from './queries.ts';
import { words } from './words.ts';

/** When a message that repeats would be sent first, as the server reckons. Nothing while the first run is not whole yet. */
export function FirstInstants({ draft }: { readonly draft: Draft }) {
  const say = useTexts(words);
  const body = toSchedule(draft, useLanguage());
  const { data, error } = useQuery({
    queryKey: ['notifications', 'instants', body],
    queryFn: ({ signal }) => take(client.api.POST(`${PATH}/schedules/preview`, { body, signal })),
    enabled: body.runAtUtc !== null && body.ruleName !== '',
    placeholderData: keepPreviousData,
  });
  if (error) return <FormFailure error={error} />;
  if (!data) return null;
  return (
    <div role="status" className="bg-raised grid gap-1 rounded-lg px-3 py-2">
      <p className="text-ink2 text-meta font-medium">{say.firstInstants}</p>
      <ol className="grid gap-0.5 sm:grid-cols-2">
        {data.items.map((at) => (
          <li key={at}>
            <Time at={at} />
          </li>
        ))}
      </ol>
    </div>
  );
}
