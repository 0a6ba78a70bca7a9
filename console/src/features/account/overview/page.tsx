import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { MfaState } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Diamond } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { Loaded, Panel, Part } from '../parts.tsx';
import { keysQuery, organisationsQuery, sessionsQuery } from '../queries.ts';
import { useMfa } from '../security/queries.ts';
import { words as account } from '../words.ts';
import { words } from './words.ts';

/** Whether the account is safe, whose it is, and what the other pages have. */
export function OverviewPage() {
  const { title } = useTexts(account);
  const mfa = useMfa();
  return (
    <Part title={title} path="/api/v1/users/me">
      <Loaded query={mfa} rows={1}>
        {(state) => <Safety {...state} />}
      </Loaded>
      <Person />
      <Pages mfa={mfa.data} />
    </Part>
  );
}

function Safety({ totp, passkeys }: MfaState) {
  const say = useTexts(words);
  const isSecured = totp || passkeys > 0;
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <p className="flex min-w-0 flex-1 basis-60 items-center gap-3 text-[15px] font-medium">
        <Diamond state={isSecured ? 'ok' : 'warn'} />
        {isSecured ? say.secured : say.unsecured}
      </p>
      {!isSecured && (
        <Link to="/account/security" className={buttonClass()}>
          {say.addFactor}
        </Link>
      )}
    </div>
  );
}

function Person() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { firstName, lastName, email, phone, roles, createdAt } = useMe();
  return (
    <section className="border-line rounded-xl border">
      <Facts>
        <Fact name={say.name}>
          <bdi>{`${firstName} ${lastName}`}</bdi>
        </Fact>
        <Fact name={say.email}>{email === null ? say.none : <bdi>{email}</bdi>}</Fact>
        <Fact name={say.phone}>{phone === null ? say.none : <bdi dir="ltr">{phone}</bdi>}</Fact>
        <Fact name={say.roles}>{roles.length === 0 ? say.none : fmt.list(roles)}</Fact>
        <Fact name={say.since}>
          <Time at={createdAt} />
        </Fact>
      </Facts>
    </section>
  );
}

function Pages({ mfa }: { readonly mfa: MfaState | undefined }) {
  const say = useTexts(words);
  const names = useTexts(account);
  const fmt = useFmt();
  const sessions = useQuery(sessionsQuery).data;
  const organisations = useQuery(organisationsQuery).data;
  const keys = useQuery(keysQuery).data;
  const counted = (
    page: { readonly totalCount: number | null; readonly items: readonly unknown[] } | undefined,
    text: (count: number, shown: string) => string,
    none = '',
  ) => {
    if (!page) return '';
    const count = page.totalCount ?? page.items.length;
    return count === 0 ? none : text(count, fmt.number(count));
  };
  return (
    <Panel title={say.more}>
      <ul className="divide-line divide-y">
        <Line to="/account/security" title={names.security} text={mfa && <Factors {...mfa} />} />
        <Line to="/account/sessions" title={names.sessions} text={counted(sessions, say.sessions)} />
        <Line to="/account/notifications" title={names.notices} text={say.notices} />
        <Line
          to="/account/organisations"
          title={names.organisations}
          text={counted(organisations, say.organisations, say.noOrganisation)}
        />
        <Line to="/account/keys" title={names.keys} text={counted(keys, say.keys, say.noKey)} />
        <Line to="/account/data" title={names.data} text={say.data} />
      </ul>
    </Panel>
  );
}

function Factors({ totp, passkeys, recoveryCodesLeft }: MfaState) {
  const say = useTexts(words);
  const fmt = useFmt();
  const has = [
    totp && say.factor.totp,
    passkeys > 0 && say.factor.passkeys(passkeys, fmt.number(passkeys)),
    (totp || passkeys > 0) && say.codesLeft(recoveryCodesLeft, fmt.number(recoveryCodesLeft)),
  ].filter((one) => one !== false);
  return has.length === 0 ? `${say.factors}: ${say.none}` : has.join(' · ');
}

interface LineProps {
  readonly to: NonNullable<LinkProps['to']>;
  readonly title: string;
  readonly text: ReactNode;
}

function Line({ to, title, text }: LineProps) {
  return (
    <li>
      <Link
        to={to}
        className="hover:bg-raised flex min-h-14 items-center justify-between gap-3 px-4 py-2 -outline-offset-2!"
      >
        <span className="grid min-w-0">
          <span className="font-medium">{title}</span>
          <span className="text-meta text-ink3 min-h-4">{text}</span>
        </span>
        <Icon name="chevron" className="text-ink3 mirrored shrink-0" />
      </Link>
    </li>
  );
}
