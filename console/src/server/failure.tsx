import { ApiError } from '#client';
import { useTexts } from '#app/text/language.ts';
import { words as common } from '#app/ui/words.ts';
import { PasskeyMissing } from './passkeys.ts';
import { words } from './words.ts';

/** Why a call about an account failed: the server's own words, and what it cannot know of this page. */
export function useFailureText(): (error: unknown) => string {
  const say = useTexts(words);
  const { unreachable } = useTexts(common);
  return (error) => {
    if (error instanceof PasskeyMissing) return say.passkeyMissing;
    if (!(error instanceof ApiError)) return unreachable;
    if (error.code === 'users.bot_check_required') return say.botCheck;
    const rule = (error.problem as { rule?: unknown }).rule;
    if (error.code === 'users.password_refused' && isRule(rule, say.rules)) return say.passwordRefused(say.rules[rule]);
    return error.problem.errors?.[0]?.message ?? error.message;
  };
}

export function FailureText({ error }: { readonly error: unknown }) {
  const failureText = useFailureText();
  if (!error) return null;
  return (
    <p role="alert" className="bg-bad-soft text-bad rounded-lg px-3 py-2">
      {failureText(error)}
    </p>
  );
}

function isRule<R extends string>(rule: unknown, rules: Readonly<Record<R, string>>): rule is R {
  return typeof rule === 'string' && rule in rules;
}
