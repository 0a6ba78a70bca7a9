import { useEffect, useRef } from 'react';
import type { JobExecutionDetail } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { hasEnded } from '../queries.ts';
import { words } from './words.ts';

const NEAR_PX = 24;

/** Attempts that have ended while the run went on. */
export function Attempts({ run }: { readonly run: JobExecutionDetail }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <Section title={say.attempts}>
      <ol className="divide-line border-line divide-y rounded-xl border">
        {run.pastAttempts.map(({ attempt, outcome, startedAtUtc, endedAtUtc, error }) => (
          <li key={attempt} className="grid gap-1 px-3 py-2">
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium">{say.attemptName(fmt.number(attempt))}</span>
              <Badge state="warn">{say.outcomes[outcome]}</Badge>
              <Time at={startedAtUtc} as="second" />
              <span className="text-ink3">{fmt.duration(Date.parse(endedAtUtc) - Date.parse(startedAtUtc))}</span>
            </span>
            <bdi className="text-ink2 [overflow-wrap:anywhere]">{error}</bdi>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** What the handler has logged, oldest first. Follows the end as long as the reader is there. */
export function Log({ run }: { readonly run: JobExecutionDetail }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const count = run.log.length;
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  const follow = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: React.UIEvent) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  };
  return (
    <Section title={say.log}>
      {count === 0 ? (
        <p className="text-ink3">{hasEnded(run) ? say.logEmpty : say.logWaiting}</p>
      ) : (
        <div
          ref={box}
          role="log"
          aria-label={say.log}
          aria-live="off"
          tabIndex={0}
          dir="ltr"
          onScroll={follow}
          className="bg-raised border-line max-h-80 overflow-y-auto rounded-lg border p-3 font-mono text-[12px] leading-5"
        >
          {run.log.map(({ atUtc, attempt, text }, at) => (
            <p key={at} className="flex gap-3">
              <time dateTime={atUtc} title={fmt.everyForm(atUtc)} className="text-ink3 shrink-0">
                {fmt.line(atUtc)}
              </time>
              {run.maxAttempts > 1 && <span className="text-ink3 shrink-0">#{attempt}</span>}
              <bdi className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</bdi>
            </p>
          ))}
        </div>
      )}
    </Section>
  );
}
