import type { Webhook } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { words } from './words.ts';

export function StateBadge({ webhook: { isEnabled, disabledReason, failingSince } }: { readonly webhook: Webhook }) {
  const { states } = useTexts(words);
  if (isEnabled)
    return failingSince === null ? <Badge state="ok">{states.on}</Badge> : <Badge state="warn">{states.failing}</Badge>;
  return disabledReason === 'manual' ? <Badge>{states.paused}</Badge> : <Badge state="bad">{states.gone}</Badge>;
}
