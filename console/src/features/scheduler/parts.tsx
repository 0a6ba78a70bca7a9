import { Link } from '@tanstack/react-router';
import type { Job, JobExecution } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { words } from './words.ts';

const STATES: Readonly<Record<Job['status'], State>> = { active: 'ok', inactive: 'plain', paused: 'warn', quarantined: 'bad' }; // prettier-ignore
const OUTCOMES: Readonly<Record<JobExecution['status'], State>> = {
  scheduled: 'plain',
  running: 'info',
  succeeded: 'ok',
  failed: 'warn',
  canceled: 'plain',
  timedOut: 'bad',
  skipped: 'plain',
  deadLettered: 'bad',
};
const LATE_MS = 60_000;

export function JobState({ status }: Pick<Job, 'status'>) {
  return <Badge state={STATES[status]}>{useTexts(words).states[status]}</Badge>;
}

export function Outcome({ status }: Pick<JobExecution, 'status'>) {
  return <Badge state={OUTCOMES[status]}>{useTexts(words).outcomes[status]}</Badge>;
}

/** Whether it should have begun a minute ago. */
export function isLate({ status, nextRunAtUtc }: Job, now = Date.now()): boolean {
  return status === 'active' && nextRunAtUtc !== null && Date.parse(nextRunAtUtc) < now - LATE_MS;
}

/** A duty of the program can be seen, run and paused, and not be changed. */
export function isDuty({ ownerId, tags }: Job): boolean {
  return ownerId === null && tags.includes('program');
}

/** Between the pages of the scheduler; those that the user may not open are absent. */
export function SchedulerNav() {
  const say = useTexts(words);
  const { can } = useMe();
  const pages = [
    { to: '/scheduler', title: say.jobs },
    ...(can('scheduler.reports.read')
      ? ([
          { to: '/scheduler/runs', title: say.runs },
          { to: '/scheduler/metrics', title: say.metrics },
        ] as const) // prettier-ignore
      : []),
  ] as const;
  if (pages.length === 1) return null;
  return (
    <nav aria-label={say.title} className="border-line -mt-2 flex gap-1 border-b">
      {pages.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          className="text-ink2 hover:text-ink -mb-px grid min-h-10 place-items-center border-b-2 border-transparent px-2.5"
          activeProps={{ className: 'border-kashi! text-ink! font-semibold' }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
