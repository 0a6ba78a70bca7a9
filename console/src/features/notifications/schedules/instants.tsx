import { useQuery } from '@tanstack/react-query';
import { take, type NotificationSchedule } from '#client';
import { Preview } from '#app/features/scheduler/schedule/preview.tsx';
import { words as scheduleWords } from '#app/features/scheduler/schedule/words.ts';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Section } from '#app/ui/facts.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';

type Repeated = Pick<NotificationSchedule, 'status' | 'ruleName' | 'timeZone' | 'nextRunAtUtc'>;

/** The next instants in both calendars, as the server reckons; nothing where there is at most one. */
export function NextInstants({ status, ruleName, timeZone, nextRunAtUtc }: Repeated) {
  const say = useTexts(scheduleWords);
  // Without a zone of its own, it depends on the recipient; and one that is late has a next run in the past.
  const isKnown =
    status === 'active' &&
    ruleName !== null &&
    timeZone !== 'recipient' &&
    nextRunAtUtc !== null &&
    Date.parse(nextRunAtUtc) > Date.now();
  const { data, error, refetch } = useQuery({
    queryKey: ['notifications', 'instants', { ruleName, timeZone, nextRunAtUtc }],
    queryFn: ({ signal }) => {
      const body = { ruleName, timeZone, runAtUtc: nextRunAtUtc };
      return take(client.api.POST('/api/v1/notifications/schedules/preview', { body, signal }));
    },
    enabled: isKnown,
  });
  if (!isKnown) return null;
  return (
    <div className="px-5 pt-4">
      <Section title={say.preview}>
        {data && <Preview instants={data.items.map((atUtc) => ({ atUtc, isHoliday: false }))} timeZone={timeZone} />}
        {!data && !error && <Skeleton rows={5} className="h-8" />}
        {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      </Section>
    </div>
  );
}
