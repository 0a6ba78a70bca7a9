import { useState } from 'react';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { Popover } from '#app/ui/overlay/popover.tsx';
import { relativeRanges, toBounds, type FixedRange, type Range } from './range.ts';
import { parseTypedInstant, toTypedInstant } from './typed.ts';
import { words } from './words.ts';

const CHIP =
  'text-ink2 aria-pressed:bg-kashi-soft aria-pressed:text-ink min-h-7 rounded-md px-2.5 whitespace-nowrap aria-pressed:font-semibold';

interface RangePickerProps {
  readonly range: Range;
  readonly onChange: (range: Range) => void;
}

/** The relative ranges, all visible, and two typed dates in the calendar of the reader. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  const say = useTexts(words);
  const rangeText = useRangeText();
  const [isOpen, setOpen] = useState(false);
  const isFixed = typeof range !== 'string';
  const take = (next: FixedRange) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <div role="group" aria-label={say.label} className="border-line2 flex max-w-full flex-wrap rounded-lg border p-0.5">
      {relativeRanges.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={range === one}
          title={say.last[one]}
          onClick={() => onChange(one)}
          className={CHIP}
        >
          {say.ranges[one]}
        </button>
      ))}
      <Popover
        label={say.custom}
        isOpen={isOpen}
        onOpen={setOpen}
        trigger={
          <button type="button" aria-pressed={isFixed} className={CHIP}>
            {isFixed ? rangeText(range) : say.custom}
          </button>
        }
      >
        <Custom range={range} onTake={take} />
      </Popover>
    </div>
  );
}

/** "Last 6 hours", or both ends. */
export function useRangeText(): (range: Range) => string {
  const say = useTexts(words);
  const fmt = useFmt();
  return (range) =>
    typeof range === 'string' ? say.last[range] : say.span(fmt.instant(range.from), fmt.instant(range.to));
}

function Custom({ range, onTake }: { readonly range: Range; readonly onTake: (range: FixedRange) => void }) {
  const say = useTexts(words);
  const language = useLanguage();
  const [typed, setTyped] = useState(() => {
    const { from, to = new Date().toISOString() } = toBounds(range);
    return { from: toTypedInstant(from, language), to: toTypedInstant(to, language) };
  });
  const [wrong, setWrong] = useState<{ readonly from?: string; readonly to?: string }>({});
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    const from = parseTypedInstant(typed.from, language, false);
    const to = parseTypedInstant(typed.to, language, true);
    if (from !== null && to !== null && from < to) onTake({ from, to });
    else if (from !== null && to !== null) setWrong({ to: say.order });
    else setWrong({ ...(from === null && { from: say.wrong }), ...(to === null && { to: say.wrong }) });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-3">
      {(['from', 'to'] as const).map((end) => (
        <Field key={end} label={say[end]} help={end === 'from' ? say.help : undefined} error={wrong[end]}>
          {(described) => (
            <input
              {...described}
              name={end}
              dir="ltr"
              value={typed[end]}
              maxLength={40}
              onChange={({ target }) => setTyped({ ...typed, [end]: target.value })}
              className="control rtl:text-end"
            />
          )}
        </Field>
      ))}
      <Button type="submit" look="primary">
        {say.apply}
      </Button>
    </form>
  );
}
