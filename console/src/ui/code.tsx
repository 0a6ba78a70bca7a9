import { useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Icon } from './icons.tsx';
import { words } from './words.ts';

interface CodeProps {
  /** What it is, for screen readers. */
  readonly name: string;
  readonly text: string;
}

/** Code or data, left to right in both languages, copied by one click. */
export function Code({ name, text }: CodeProps) {
  const say = useTexts(words);
  const [isCopied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <div dir="ltr" className="bg-raised border-line relative rounded-lg border">
      <pre
        role="region"
        aria-label={name}
        tabIndex={0}
        className="max-h-80 overflow-auto p-3 pe-10 font-mono text-[12px] leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {text}
      </pre>
      <button
        type="button"
        onClick={copy}
        aria-label={`${isCopied ? say.copied : say.copy}: ${name}`}
        className="text-ink3 hover:text-ink absolute end-1.5 top-1.5 grid size-7 place-items-center"
      >
        <Icon name={isCopied ? 'check' : 'copy'} className="size-3.5" />
      </button>
    </div>
  );
}

export function Json({ name, value }: { readonly name: string; readonly value: unknown }) {
  return <Code name={name} text={JSON.stringify(value, null, 2)} />;
}
