import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { stepOf } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { Mono } from './card.tsx';
import { Budget, ObjectiveStatus, useAbout, useValueText, type Objective } from './objectives.tsx';
import { rehearsalQuery } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');

interface ObjectiveDrawerProps {
  readonly objective: Objective;
  readonly names: readonly string[];
  readonly onGo: (name: string | undefined) => void;
}

export function ObjectiveDrawer({ objective, names, onGo }: ObjectiveDrawerProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const about = useAbout();
  const text = useValueText();
  const { name, value, target, alert, budget } = objective;
  const step = (event: React.KeyboardEvent) => {
    const next = names[names.indexOf(name) + stepOf(event)];
    if (next !== undefined && next !== name) onGo(next);
  };
  return (
    <Drawer title={about(objective)} onClose={() => onGo(undefined)} onKeyDown={step}>
      <div className="grid gap-5 pb-6">
        <Facts>
          <Fact name={say.objective}>
            <Mono>{name}</Mono>
          </Fact>
          <Fact name={say.status}>
            <ObjectiveStatus objective={objective} />
          </Fact>
          <Fact name={say.value}>{text(objective, value)}</Fact>
          <Fact name={say.target}>{text(objective, target)}</Fact>
          {alert !== null && (
            <Fact name={say.alert}>
              <Badge state="bad">{say.tiers[alert] ?? alert}</Badge>
            </Fact>
          )}
          {budget && budget.left !== null && (
            <Fact name={say.budget}>
              <Budget left={budget.left} />
            </Fact>
          )}
          {typeof budget?.burnRate === 'number' && (
            <Fact name={say.burn}>
              {say.burnTimes(fmt.number(budget.burnRate))} <span className="text-ink3 text-meta">{say.burnHelp}</span>
            </Fact>
          )}
          {budget && <Fact name={say.endsAt}>{budget.endsAt === null ? say.never : <Time at={budget.endsAt} />}</Fact>}
        </Facts>
        {budget && <Rehearsal key={name} objective={objective} />}
      </div>
    </Drawer>
  );
}

/** When it would have alerted: the target is in the address. */
function Rehearsal({ objective: { name, target } }: { readonly objective: Objective }) {
  const say = useTexts(words);
  const { target: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const form = useFields({ percent: String(Number(((wanted ?? target) * 100).toFixed(4))) });
  const { data, error, refetch } = useQuery(rehearsalQuery(name, wanted));
  const toShare = (typed: string) => Number((Number(toPlain(typed).replace('٫', '.')) / 100).toFixed(7));
  const isShare = (typed: string) => toShare(typed) >= 0.5 && toShare(typed) <= 0.99999;
  const send = form.handleSubmit(({ percent }) =>
    navigate({
      search: (before) => ({ ...before, target: toShare(percent) === target ? undefined : toShare(percent) }),
    }),
  );
  return (
    <div className="grid gap-4 px-5">
      <Section title={say.rehearsal}>
        <form noValidate onSubmit={(event) => void send(event)} className="grid gap-3">
          <TextField
            form={form}
            name="percent"
            label={say.rehearsalTarget}
            isLatin
            inputMode="numeric"
            maxLength={10}
            rules={{ validate: (typed) => isShare(typed) || say.targetWrong }}
          />
          <p>
            <Button type="submit">{say.rehearse}</Button>
          </p>
        </form>
      </Section>
      {!data && !error && <Skeleton rows={2} />}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.firings.length === 0 && <p className="text-ink2">{say.quiet}</p>}
      {data && data.firings.length > 0 && (
        <ol className="border-line divide-line divide-y rounded-lg border">
          {data.firings
            .map(({ tier, firedAt, clearedAt }) => (
              <li key={firedAt} className="grid gap-0.5 px-3 py-2">
                <span className="font-medium">{say.tiers[tier] ?? tier}</span>
                <span className="text-ink2 flex flex-wrap gap-x-2">
                  <Time at={firedAt} /> – {clearedAt === null ? say.firing : <Time at={clearedAt} />}
                </span>
              </li>
            ))
            .toReversed()}
        </ol>
      )}
    </div>
  );
}
