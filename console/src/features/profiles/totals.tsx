import type { ProfileReport } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Section } from '#app/ui/facts.tsx';
import { words } from './words.ts';

/** All profiles that match, in one sentence. */
export function TotalsText({ totals }: { readonly totals: NonNullable<ProfileReport['totals']> }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { profileCount, publicCount, averageCompleteness } = totals;
  const average = averageCompleteness === null ? '–' : fmt.share(averageCompleteness / 100);
  return <p className="text-ink2">{say.totals(fmt.number(profileCount), fmt.number(publicCount), average)}</p>;
}

interface DistributionProps {
  readonly distribution: NonNullable<ProfileReport['distribution']>;
}

/** How complete the profiles that match are, below the list. */
export function Distribution({ distribution }: DistributionProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const most = Math.max(1, ...distribution.completeness.map(({ count }) => count));
  return (
    <div className="max-w-xl">
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
                    <rect width="100" height="8" rx="0.5" className="fill-line" />
                    <rect width={(100 * count) / most} height="8" rx="0.5" className="fill-kashi" />
                  </svg>
                </td>
                <td className="py-1 ps-3 text-end">{fmt.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </div>
  );
}
