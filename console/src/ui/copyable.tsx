import { useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Icon } from './icons.tsx';
import { words } from './words.ts';

/** An id, address or path: left to right, and copied by one click. */
export function Copyable({ value, name }: { readonly value: string; readonly name: string }) {
  const say = useTexts(words);
  const [isCopied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      <bdi className="min-w-0 font-mono text-[12px] break-all text-start whitespace-pre-wrap">{value}</bdi>
      <button
        type="button"
        onClick={copy}
        aria-label={`${isCopied ? say.copied : say.copy}: ${name}`}
        className="text-ink3 hover:text-ink inline-grid size-6 shrink-0 place-items-center"
      >
        <Icon name={isCopied ? 'check' : 'copy'} className="size-3.5" />
      </button>
    </span>
  );
}
