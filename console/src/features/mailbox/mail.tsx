import { Link } from '@tanstack/react-router';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { MailFrame } from '#app/ui/mail-frame.tsx';
import { Time } from '#app/ui/time.tsx';
import { findIn } from './found.ts';
import type { Mail } from './page.tsx';
import { words } from './words.ts';

interface MailListProps {
  readonly mails: readonly Mail[];
  readonly openId: string | undefined;
}

export function MailList({ mails, openId }: MailListProps) {
  const say = useTexts(words);
  return (
    <nav
      aria-label={say.list}
      className="border-line max-h-[40dvh] overflow-y-auto max-lg:border-b lg:max-h-[calc(100dvh-220px)] lg:border-e"
    >
      <ul className="divide-line divide-y">
        {mails.map(({ id, subject, to, receivedAt, isReadable }) => (
          <li key={id}>
            <Link
              to="."
              search={(before: object) => ({ ...before, open: id })}
              aria-current={id === openId ? 'true' : undefined}
              data-row
              className="hover:bg-raised aria-[current]:bg-kashi-soft grid gap-0.5 px-4 py-2.5 -outline-offset-2!"
            >
              <span className="truncate font-medium">
                <bdi>{isReadable ? subject : say.unreadable}</bdi>
              </span>
              <span className="text-meta text-ink2 flex justify-between gap-3">
                <bdi className="min-w-0 truncate">{to}</bdi>
                <Time at={receivedAt} as="ago" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function MailView({ mail: { subject, to, text, html, receivedAt, isReadable } }: { readonly mail: Mail }) {
  const say = useTexts(words);
  if (!isReadable) return <p className="text-ink2 p-5">{say.unreadable}</p>;
  return (
    <article className="grid min-w-0 content-start gap-4 py-4">
      <h2 className="px-5 text-[15px] font-semibold [overflow-wrap:anywhere]">
        <bdi>{subject}</bdi>
      </h2>
      <Facts>
        <Fact name={say.to}>
          <Copyable name={say.to} value={to} />
        </Fact>
        <Fact name={say.received}>
          <Time at={receivedAt} as="second" />
        </Fact>
      </Facts>
      <div className="grid min-w-0 gap-4 px-5">
        <Found text={text} />
        {html !== null && (
          <Section title={say.html}>
            <MailFrame title={say.html} html={html} className="h-[520px]" />
          </Section>
        )}
        <Section title={say.text}>
          <pre
            role="region"
            aria-label={say.text}
            tabIndex={0}
            dir="auto"
            className="bg-raised border-line max-h-80 overflow-auto rounded-lg border p-3 font-sans whitespace-pre-wrap [overflow-wrap:anywhere]"
          >
            {text}
          </pre>
        </Section>
      </div>
    </article>
  );
}

/** What a developer is here for. */
function Found({ text }: { readonly text: string }) {
  const say = useTexts(words);
  const { codes, links } = findIn(text);
  if (codes.length + links.length === 0) return null;
  return (
    <Section title={say.found}>
      <ul className="bg-kashi-soft grid gap-1 rounded-lg px-3 py-2">
        {codes.map((code) => (
          <li key={code} className="flex flex-wrap items-center gap-x-3">
            <span className="text-ink2">{say.code}</span>
            <Copyable name={`${say.code} ${code}`} value={code} />
          </li>
        ))}
        {links.map((link) => (
          <li key={link} className="flex flex-wrap items-center gap-x-3">
            <span className="text-ink2">{say.link}</span>
            <span className="min-w-0 flex-1">
              <Copyable name={`${say.link} ${link}`} value={link} />
            </span>
            <a
              href={link}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={`${say.openLink}: ${link}`}
              title={say.openLink}
              className={buttonClass('quiet', true)}
            >
              <Icon name="external" className="mirrored" />
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}
