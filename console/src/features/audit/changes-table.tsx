import { useTexts } from '#app/text/language.ts';
import { toText, type Change } from './changes.ts';
import { words } from './words.ts';

/** Each changed field with both of its values. */
export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const say = useTexts(words);
  if (changes.length === 0) return <p className="text-ink3">{say.unchanged}</p>;
  return (
    <div className="border-line overflow-x-auto rounded-xl border" role="region" aria-label={say.changes} tabIndex={0}>
      <table className="w-full">
        <thead className="bg-raised text-meta text-ink2">
          <tr>
            {[say.field, say.before, say.after].map((title) => (
              <th key={title} scope="col" className="px-3 py-1.5 text-start font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {changes.map(({ path, before, after }) => (
            <tr key={path} className="align-top">
              <th scope="row" className="px-3 py-1.5 text-start font-mono text-[12px] font-normal">
                <bdi>{path === '' ? say.value : path}</bdi>
              </th>
              <Cell value={before} look="bg-bad-soft text-bad" />
              <Cell value={after} look="bg-ok-soft text-ok" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ value, look }: { readonly value: unknown; readonly look: string }) {
  const say = useTexts(words);
  return (
    <td className="px-3 py-1.5">
      {value === undefined ? (
        <span className="text-ink3">{say.none}</span>
      ) : (
        <bdi className={`rounded px-1 [overflow-wrap:anywhere] ${look}`}>{toText(value)}</bdi>
      )}
    </td>
  );
}
