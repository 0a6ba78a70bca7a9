import { Link } from '@tanstack/react-router';
import type { Job } from '#client';
import { PersonName } from '#app/people/name.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { isDuty, isLate, Outcome } from '../parts.tsx';
import { words as common } from '../words.ts';
import { words } from './words.ts';

export function JobFacts({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const { type, id, never, none, late } = useTexts(common);
  const fmt = useFmt();
  const { nextRunAtUtc, lastStatus, lastRunAtUtc, statusUntil, statusReason } = job;
  return (
    <div className="grid gap-4 pb-5">
      {isDuty(job) && <p className="text-ink2 bg-raised mx-5 rounded-lg px-3 py-2">{say.duty}</p>}
      {job.description && (
        <p dir="auto" className="text-ink2 px-5 [overflow-wrap:anywhere]">
          {job.description}
        </p>
      )}
      <Facts>
        {statusUntil !== null && (
          <Fact name={say.until}>
            <Time at={statusUntil} />
          </Fact>
        )}
        {statusReason !== null && (
          <Fact name={say.reason}>
            <bdi>{statusReason}</bdi>
          </Fact>
        )}
        <Fact name={say.next}>
          {nextRunAtUtc === null ? (
            <span className="text-ink3">{never}</span>
          ) : (
            <span className="flex flex-wrap items-center gap-2">
              <Time at={nextRunAtUtc} />
              {isLate(job) ? (
                <Badge state="warn">{late}</Badge>
              ) : (
                <span className="text-ink3">{fmt.ago(nextRunAtUtc)}</span>
              )}
            </span>
          )}
        </Fact>
        <Fact name={say.last}>
          {lastStatus === null ? (
            <span className="text-ink3">{none}</span>
          ) : (
            <span className="flex flex-wrap items-center gap-2">
              <Outcome status={lastStatus} />
              {lastRunAtUtc !== null && <Time at={lastRunAtUtc} />}
            </span>
          )}
        </Fact>
        {job.consecutiveFailures > 0 && <Fact name={say.failures}>{fmt.number(job.consecutiveFailures)}</Fact>}
        <Fact name={type}>
          <Copyable name={type} value={job.type} />
        </Fact>
        <Fact name={say.owner}>{job.ownerId === null ? say.program : <PersonName id={job.ownerId} hasAddress />}</Fact>
        {job.tags.length > 0 && (
          <Fact name={say.tags}>
            <span className="flex flex-wrap gap-1.5">
              {job.tags.map((tag) => (
                <Link key={tag} to="/scheduler" search={{ tag }} className="text-kashi min-h-6 underline">
                  <bdi>{tag}</bdi>
                </Link>
              ))}
            </span>
          </Fact>
        )}
        <Fact name={say.retries}>
          {say.retriesText(fmt.number(job.maxRetryAttempts + 1), fmt.duration(job.retryBackoffSeconds * 1000))}
        </Fact>
        <Fact name={say.limit}>{fmt.duration(job.maxExecutionSeconds * 1000)}</Fact>
        <Fact name={say.quarantineAfter}>
          {job.maxConsecutiveFailures === 0 ? never : say.quarantineText(fmt.number(job.maxConsecutiveFailures))}
        </Fact>
        <Fact name={say.overlaps}>{say.concurrencies[job.concurrency]}</Fact>
        <Fact name={say.priority}>{say.priorities[job.priority]}</Fact>
        <Fact name={say.created}>
          <Time at={job.createdAt} />
        </Fact>
        <Fact name={id}>
          <Copyable name={id} value={job.id} />
        </Fact>
      </Facts>
      <div className="px-5">
        <Section title={say.payload}>
          {Object.keys(job.payload).length === 0 ? (
            <p className="text-ink3">{say.noPayload}</p>
          ) : (
            <Json name={say.payload} value={job.payload} />
          )}
        </Section>
      </div>
    </div>
  );
}
