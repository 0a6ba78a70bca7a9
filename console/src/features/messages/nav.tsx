import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

/** Between the failed messages and what was replayed of them. */
export function MessagesNav() {
  const say = useTexts(words);
  return (
    <PageTabs
      label={say.title}
      tabs={[
        { to: '/messages', title: say.toMessages, isExact: true },
        { to: '/messages/replays', title: say.replays },
      ]}
    />
  );
}
