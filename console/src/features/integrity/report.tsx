import { Link } from '@tanstack/react-router';
import type { AuditBreak, IntegrityReport } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Card } from '#app/ui/card.tsx';
import { words } from './words.ts';

const LISTED = 100;

/** What a check has found: the wrong places, if any, and the figures. */
export function Report({ report }: { readonly report: IntegrityReport }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { breaks, anchors, from, to, archivedTo } = report;
  return (
    <>
      {breaks.length > 0 && <Places breaks={breaks} />}
      <Card title={say.report}>
        <Facts>
          <Fact name={say.range}>{say.rangeOf(fmt.number(from), fmt.number(to))}</Fact>
          {archivedTo > 0 && <Fact name={say.archivedTo}>{fmt.number(archivedTo)}</Fact>}
          <Fact name={say.duration}>{fmt.duration(report.durationMs)}</Fact>
          <Fact name={say.headChecksum}>
            <Copyable name={say.headChecksum} value={report.headChecksum} />
          </Fact>
          <Fact name={say.anchors}>
            {anchors.length === 0 && <span className="text-ink2">{say.noAnchors}</span>}
            {anchors.map(({ name, checkpoints, error }) => (
              <p key={name}>
                <bdi className="font-medium">{name}</bdi>{' '}
                <span className={error === null ? 'text-ink2' : 'text-bad'}>
                  {error ?? say.anchorNotes(fmt.number(checkpoints))}
                </span>
              </p>
            ))}
          </Fact>
        </Facts>
      </Card>
    </>
  );
}

function Places({ breaks }: { readonly breaks: readonly AuditBreak[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <Card title={say.places}>
      <table className="w-full">
        <thead className="text-meta text-ink2">
          <tr>
            <th scope="col" className="px-5 py-1.5 text-start font-medium">
              {say.place}
            </th>
            <th scope="col" className="w-full px-5 py-1.5 text-start font-medium">
              {say.what}
            </th>
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {breaks.map(({ sequence, kind, entryId }) => (
            <tr key={`${sequence} ${kind} ${entryId ?? ''}`} className="text-bad">
              <th scope="row" className="px-5 py-1.5 text-start font-medium whitespace-nowrap">
                {entryId === undefined ? fmt.number(sequence) : say.neverChained}
              </th>
              <td className="px-5 py-1.5">
                {say.kinds[kind]}
                {entryId !== undefined && (
                  <Link to="/audit" search={{ open: entryId }} className="text-kashi ms-3 underline">
                    <bdi className="font-mono text-[12px]">{entryId}</bdi>
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {breaks.length >= LISTED && <p className="text-meta text-ink3 px-5 pt-2">{say.more}</p>}
    </Card>
  );
}
