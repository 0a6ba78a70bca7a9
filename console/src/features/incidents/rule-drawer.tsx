import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AlertRule } from '#client';
import { levels, LevelMark } from '#app/features/logs/level.tsx';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { OpensWhen, SeverityMark } from './marks.tsx';
import { ruleQuery, useDeleteRule } from './queries.ts';
import { RuleForm } from './rule-form.tsx';
import { RuleTest } from './rule-test.tsx';
import { words } from './words.ts';

const route = getRouteApi('/incidents');

export function NewRuleDrawer({ onDone }: { readonly onDone: () => void }) {
  const say = useTexts(words);
  return (
    <Drawer title={say.newRule} onClose={onDone}>
      <RuleForm base={null} onDone={onDone} />
    </Drawer>
  );
}

export function RuleDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const { can } = useMe();
  const canChange = can('logging.alerts.manage');
  const read = () => navigate({ search: (before) => ({ ...before, edit: undefined }) });
  return (
    <RowDrawer
      {...row}
      onGo={(id) => void navigate({ search: (before) => ({ ...before, open: id, edit: undefined }) })}
      title={(rule) => rule?.name ?? say.rule}
      query={useQuery(ruleQuery(row.id))}
      permission="logging.alerts.manage"
    >
      {(rule) =>
        edit && canChange ? (
          <RuleForm
            key={rule.version}
            base={rule}
            onDone={() => void read()}
            onReload={() => void queries.invalidateQueries({ queryKey: ['rules'] })}
          />
        ) : (
          <>
            <RuleFacts rule={rule} />
            {canChange && (
              <div className="grid gap-4 px-5 py-4">
                <div className="flex flex-wrap gap-2">
                  <Link to="." search={(before) => ({ ...before, edit: 'yes' as const })} className={buttonClass()}>
                    {say.editRule}
                  </Link>
                  <Link
                    to="."
                    search={{ tab: 'silences', open: 'new', rule: rule.id }}
                    className={buttonClass('quiet')}
                  >
                    {say.silence}
                  </Link>
                  <DeleteRule rule={rule} onDeleted={() => row.onGo(undefined)} />
                </div>
                <RuleTest key={rule.id} rule={rule} />
              </div>
            )}
          </>
        )
      }
    </RowDrawer>
  );
}

function RuleFacts({ rule }: { readonly rule: AlertRule }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const level = levels.find((one) => one === rule.minimumLevel) ?? 'error';
  const seconds = (value: number) => fmt.duration(value * 1000);
  return (
    <Facts>
      <Fact name={say.status}>
        <Badge state={rule.isEnabled ? 'ok' : 'plain'}>{rule.isEnabled ? say.enabled : say.disabled}</Badge>
      </Fact>
      <Fact name={say.opensWhen}>
        <OpensWhen rule={rule} />
      </Fact>
      <Fact name={say.severity}>
        <SeverityMark severity={rule.severity} />
      </Fact>
      <Fact name={say.minimumLevel}>
        <LevelMark level={level} />
      </Fact>
      {rule.containsText !== null && (
        <Fact name={say.containsText}>
          <Copyable name={say.containsText} value={rule.containsText} />
        </Fact>
      )}
      <Fact name={say.service}>
        <bdi>{rule.service ?? say.every}</bdi>
      </Fact>
      {rule.module !== null && (
        <Fact name={say.module}>
          <bdi>{rule.module}</bdi>
        </Fact>
      )}
      {rule.groupBy !== null && <Fact name={say.groupBy}>{say.groups[rule.groupBy]}</Fact>}
      <Fact name={say.cooldown}>{seconds(rule.cooldownSeconds)}</Fact>
      <Fact name={say.autoResolve}>{seconds(rule.autoResolveSeconds)}</Fact>
      <Fact name={say.notifies}>{rule.action === 'notify' ? say.yes : say.no}</Fact>
      <Fact name={say.id}>
        <Copyable name={say.id} value={rule.id} />
      </Fact>
    </Facts>
  );
}

function DeleteRule({ rule, onDeleted }: { readonly rule: AlertRule; readonly onDeleted: () => void }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const remove = useDeleteRule();
  const [isAsking, setAsking] = useState(false);
  const confirm = () => {
    setAsking(false);
    remove.mutate(rule, {
      onSuccess: () => {
        tell(say.ruleDeleted);
        onDeleted();
      },
      onError: ({ message }) => tell(message),
    });
  };
  return (
    <>
      <Button look="danger" disabled={remove.isPending} onClick={() => setAsking(true)}>
        {say.deleteRule}
      </Button>
      {isAsking && (
        <Confirm
          title={say.deleteRuleTitle}
          text={say.deleteRuleText(rule.name)}
          action={say.deleteRule}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
