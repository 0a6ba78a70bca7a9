import { useState } from 'react';
import type { AlertRule } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Section } from '#app/ui/facts.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Choice } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { useTestRule } from './queries.ts';
import { words } from './words.ts';

const HOURS = ['1', '24', '168'] as const;

/** What the rule would have opened. Opens nothing. */
export function RuleTest({ rule: { id } }: { readonly rule: AlertRule }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const [hours, setHours] = useState<(typeof HOURS)[number]>('24');
  const { data, error, isPending, mutate } = useTestRule();
  return (
    <Section title={say.test}>
      <p className="text-ink2">{say.testHelp}</p>
      <div className="flex flex-wrap gap-2">
        <Choice
          label={say.testTime}
          value={hours}
          options={HOURS.map((one) => [one, say.testHours[one]])}
          onChange={setHours}
        />
        <Button disabled={isPending} onClick={() => mutate({ id, hours: Number(hours) })}>
          {say.runTest}
        </Button>
      </div>
      <FormFailure error={error} />
      {data && (
        <div role="status" className="border-line grid gap-2 rounded-xl border p-4">
          <p>{say.tested(fmt.number(data.checked), fmt.number(data.matches), fmt.number(data.openings.length))}</p>
          {!data.complete && <p className="text-warn">{say.testIncomplete}</p>}
          {data.openings.length > 0 && (
            <ul className="divide-line max-h-60 divide-y overflow-y-auto">
              {data.openings.map(({ groupValue, at, count }) => (
                <li key={groupValue} className="flex flex-wrap justify-between gap-x-3 py-1.5">
                  <bdi>{groupValue || say.allEvents}</bdi>
                  <span className="text-ink3">
                    <Time at={at} as="second" /> · {say.matches(fmt.number(count))}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Section>
  );
}
