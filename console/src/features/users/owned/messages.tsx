import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LOOKS } from '#app/features/notifications/kinds.ts';
import { words as messageWords } from '#app/features/notifications/words.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Time } from '#app/ui/time.tsx';
import { MESSAGES, messagesQuery } from '../queries.ts';
import { words } from '../words.ts';
import { OwnedRows } from './rows.tsx';

/** What was sent to the person over any channel, newest first; the contents are not shown. */
export function Messages({ userId }: { readonly userId: string }) {
  const say = useTexts(words);
  const kinds = useTexts(messageWords);
  return (
    <div className="grid gap-3 px-5">
      <OwnedRows
        query={useInfiniteQuery(messagesQuery(userId))}
        title={say.tabs.messages}
        call={{ path: MESSAGES, query: { userId } }}
        permission="notifications.reports.read"
        empty={say.messagesEmpty}
        row={({ id, channel, template, status, lastError, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
            <span className="min-w-0 flex-1">
              <Link to="/notifications" search={{ open: id }} className="font-medium break-all hover:underline">
                <bdi>{template ?? say.rawMessage}</bdi>
              </Link>
              {lastError !== null && (
                <span dir="auto" className="text-meta text-bad block">
                  {lastError}
                </span>
              )}
            </span>
            <span className="text-ink2">{kinds.channels[channel]}</span>
            <Badge state={LOOKS[status]}>{kinds.statuses[status]}</Badge>
            <span className="text-ink2">
              <Time at={createdAt} />
            </span>
          </li>
        )}
      />
    </div>
  );
}
