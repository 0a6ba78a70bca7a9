import type { ProfileReport } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Section } from '#app/ui/facts.tsx';
import { words } from './words.ts';

interface TotalsProps {
  readonly totals: NonNullable<ProfileReport['totals']>;
  readonly distribution: NonNullable<ProfileReport['distribution']>;
}

/** Of all profiles that match, below the list. */
export function Totals({ totals, distribution }: TotalsProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { profileCount, publicCount, averageCompleteness } = totals;
  const most = Math.max(1, ...distribution.completeness.map(({ count }) => count));
  if (profileCount === 0) return null;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Section title={say.distribution}>
        <table className="w-full">
          <caption className="sr-only">{say.distribution}</caption>
          <tbody>
            {distribution.completeness.map(({ from, to, count }) => (
              <tr key={from}>
                <th scope="row" className="text-ink2 py-1 pe-3 text-start font-normal whitespace-nowrap">
                  {say.range(fmt.share(from / 100), fmt.share(to / 100))}
                </th>
                <td className="w-full py-1">
                  <svg
                    viewBox="0 0 100 8"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                    className="mirrored h-2.5 w-full"
                  >
                    <rect width={(100 * count) / most} height="8" rx="0.5" className="fill-kashi" />
                  </svg>
                </td>
                <td className="py-1 ps-3 text-end">{fmt.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <dl className="border-line bg-line grid grid-cols-3 gap-px overflow-hidden rounded-xl border">
        {[
          [say.profiles, fmt.number(profileCount)],
          [say.publicOnes, fmt.number(publicCount)],
          [say.average, averageCompleteness === null ? '–' : fmt.share(averageCompleteness / 100)],
        ].map(([name, figure]) => (
          <div key={name} className="bg-sheet px-4 py-3">
            <dt className="text-ink2">{name}</dt>
            <dd className="text-figure font-semibold">{figure}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
