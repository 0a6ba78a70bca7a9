import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { inZone } from './instants.ts';
import { words } from './words.ts';

export interface PreviewedInstant {
  readonly atUtc: string;
  readonly isHoliday: boolean;
}

interface PreviewProps {
  readonly instants: readonly PreviewedInstant[];
  readonly timeZone: string;
}

/** The next instants on the clock of the zone, in both calendars; that of the reader first. */
export function Preview({ instants, timeZone }: PreviewProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const language = useLanguage();
  const calendars = language === 'fa' ? (['persian', 'gregory'] as const) : (['gregory', 'persian'] as const);
  if (instants.length === 0) return <p className="text-ink3">{say.previewEnded}</p>;
  return (
    <div className="border-line overflow-x-auto rounded-xl border" tabIndex={0} role="region" aria-label={say.preview}>
      <table className="w-full">
        <thead className="bg-raised text-meta text-ink2">
          <tr>
            {calendars.map((calendar) => (
              <th key={calendar} scope="col" className="px-3 py-1.5 text-start font-medium whitespace-nowrap">
                {calendar === 'persian' ? say.persian : say.gregorian}
              </th>
            ))}
            <th scope="col" className="px-3 py-1.5 text-start font-medium">
              {say.when}
            </th>
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {instants.map(({ atUtc, isHoliday }) => (
            <tr key={atUtc} data-instant={atUtc} className={isHoliday ? 'text-ink3' : ''}>
              {calendars.map((calendar, at) => (
                <td key={calendar} className={`px-3 py-1.5 whitespace-nowrap ${at === 0 ? '' : 'text-ink2'}`}>
                  {inZone(atUtc, timeZone, calendar, language)}
                </td>
              ))}
              <td className="text-ink3 px-3 py-1.5 whitespace-nowrap">
                {isHoliday ? <Badge state="warn">{say.holiday}</Badge> : fmt.ago(atUtc)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
