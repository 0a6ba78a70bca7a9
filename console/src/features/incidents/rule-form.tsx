import { ApiError, type AlertRule, type NewAlertRule } from '#client';
import { levels } from '#app/features/logs/level.tsx';
import { words as logWords } from '#app/features/logs/words.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import {
  CheckField,
  FormFailure,
  LeaveGuard,
  SelectField,
  showProblem,
  TextField,
  useFields,
} from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { severities } from './marks.tsx';
import { useSaveRule } from './queries.ts';
import { words } from './words.ts';

const kinds = ['threshold', 'absence', 'rate'] as const;
const groups = [
  'sourceService', 'sourceModule', 'sourceInstance', 'tenantId', 'actorId', 'httpPath', 'errorCode', 'pattern', 'fingerprint',
] as const; // prettier-ignore

/** As they are typed: `type`, as the library of forms wants it. */
type Fields = {
  name: string;
  kind: string;
  severity: string;
  minimumLevel: string;
  containsText: string;
  service: string;
  module: string;
  thresholdCount: string;
  ratePercent: string;
  windowSeconds: string;
  groupBy: string;
  cooldownSeconds: string;
  autoResolveSeconds: string;
  notifies: boolean;
  isEnabled: boolean;
};

interface RuleFormProps {
  /** What is changed; null for a new rule. */
  readonly base: AlertRule | null;
  readonly onDone: () => void;
  /** Reads what somebody else has saved meanwhile. */
  readonly onReload?: () => void;
}

export function RuleForm({ base, onDone, onReload }: RuleFormProps) {
  const say = useTexts(words);
  const { levels: levelNames } = useTexts(logWords);
  const fmt = useFmt();
  const tell = useToast();
  const save = useSaveRule();
  const form = useFields<Fields>(toFields(base));
  const kind = form.watch('kind');
  const whole = (min: number, max: number) => ({
    required: say.required,
    validate: (value: string | boolean) => {
      const number = toNumber(String(value));
      return (
        (Number.isSafeInteger(number) && number >= min && number <= max) ||
        say.between(fmt.number(min), fmt.number(max))
      );
    },
  });
  const send = form.handleSubmit((fields) =>
    save.mutate(
      { base, body: toBody(fields) },
      {
        onSuccess: () => {
          form.reset(fields); // nothing is unsaved any more
          tell(say.ruleSaved);
          setTimeout(onDone);
        },
        onError: (error) => void showProblem(form, error),
      },
    ),
  );
  const isOutdated = save.error instanceof ApiError && save.error.status === 412;
  const number = { form, inputMode: 'numeric', isLatin: true, maxLength: 10 } as const;
  return (
    <form noValidate onSubmit={(event) => void send(event)} className="grid gap-4 p-5">
      <TextField form={form} name="name" label={say.ruleName} rules={{ required: say.required }} maxLength={100} />
      <SelectField form={form} name="kind" label={say.kind} options={kinds.map((one) => [one, say.kinds[one]])} />
      <SelectField
        form={form}
        name="severity"
        label={say.severity}
        options={severities.map((one) => [one, say.severities[one]])}
      />
      <SelectField
        form={form}
        name="minimumLevel"
        label={say.minimumLevel}
        options={levels.map((one) => [one, levelNames[one]])}
      />
      <TextField form={form} name="containsText" label={say.containsText} help={say.globHelp} maxLength={200} />
      <TextField form={form} name="service" label={say.service} help={say.globHelp} isLatin maxLength={200} />
      <TextField form={form} name="module" label={say.module} help={say.globHelp} isLatin maxLength={200} />
      {kind !== 'absence' && (
        <TextField {...number} name="thresholdCount" label={say.threshold} rules={whole(1, 1_000_000)} />
      )}
      {kind === 'rate' && <TextField {...number} name="ratePercent" label={say.rate} rules={whole(1, 100)} />}
      <TextField {...number} name="windowSeconds" label={say.window} rules={whole(10, 86_400)} />
      <SelectField
        form={form}
        name="groupBy"
        label={say.groupBy}
        help={say.groupByHelp}
        options={[['', say.oneGroup], ...groups.map((one) => [one, say.groups[one]] as const)]}
      />
      <TextField
        {...number}
        name="cooldownSeconds"
        label={say.cooldownField}
        help={say.cooldownHelp}
        rules={whole(0, 604_800)}
      />
      <TextField {...number} name="autoResolveSeconds" label={say.autoResolveField} rules={whole(60, 604_800)} />
      <CheckField form={form} name="notifies" label={say.notifyPeople} />
      <CheckField form={form} name="isEnabled" label={say.isEnabled} />
      <FormFailure error={save.error} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={save.isPending || (base !== null && !form.formState.isDirty)}>
          {base ? say.saveRule : say.createRule}
        </Button>
        {isOutdated && onReload && <Button onClick={() => (form.reset(), onReload())}>{say.showTheirs}</Button>}
      </div>
      <LeaveGuard isDirty={form.formState.isDirty} />
    </form>
  );
}

function toFields(base: AlertRule | null): Fields {
  return {
    name: base?.name ?? '',
    kind: base?.kind ?? 'threshold',
    severity: base?.severity ?? 'medium',
    minimumLevel: base?.minimumLevel ?? 'error',
    containsText: base?.containsText ?? '',
    service: base?.service ?? '',
    module: base?.module ?? '',
    thresholdCount: String(base?.thresholdCount ?? 1),
    ratePercent: String(base?.ratePercent ?? 5),
    windowSeconds: String(base?.windowSeconds ?? 60),
    groupBy: base?.groupBy ?? '',
    cooldownSeconds: String(base?.cooldownSeconds ?? 300),
    autoResolveSeconds: String(base?.autoResolveSeconds ?? 1800),
    notifies: base?.action !== 'none',
    isEnabled: base?.isEnabled ?? true,
  };
}

function toBody(fields: Fields): NewAlertRule {
  const text = (typed: string) => (typed.trim() === '' ? null : typed.trim());
  const kind = kinds.find((one) => one === fields.kind) ?? 'threshold';
  return {
    name: fields.name.trim(),
    kind,
    severity: severities.find((one) => one === fields.severity) ?? 'medium',
    minimumLevel: levels.find((one) => one === fields.minimumLevel) ?? 'error',
    containsText: text(fields.containsText),
    service: text(fields.service),
    module: text(fields.module),
    ...(kind !== 'absence' && { thresholdCount: toNumber(fields.thresholdCount) }),
    ...(kind === 'rate' && { ratePercent: toNumber(fields.ratePercent) }),
    windowSeconds: toNumber(fields.windowSeconds),
    groupBy: groups.find((one) => one === fields.groupBy) ?? null,
    cooldownSeconds: toNumber(fields.cooldownSeconds),
    autoResolveSeconds: toNumber(fields.autoResolveSeconds),
    action: fields.notifies ? 'notify' : 'none',
    isEnabled: fields.isEnabled,
  };
}

/** Typed in any digits. */
function toNumber(typed: string): number {
  return typed.trim() === '' ? Number.NaN : Number(toPlain(typed));
}
