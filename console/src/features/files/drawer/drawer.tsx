import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Tabs } from '#app/ui/tabs.tsx';
import { useGo } from '../go.ts';
import { fileQuery, type StoredFile } from '../queries.ts';
import type { FilesSearch, Tab } from '../search.ts';
import { AccessList } from './access.tsx';
import { Accesses } from './accesses.tsx';
import { FileFacts } from './facts.tsx';
import { Links } from './links.tsx';
import { Versions } from './versions.tsx';
import { words } from './words.ts';

export function FileDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const queries = useQueryClient();
  return (
    <RowDrawer
      {...row}
      isWide
      title={(file) => file?.fileName ?? say.file}
      query={useQuery(fileQuery(row.id, queries))}
      permission="files.read"
    >
      {(file) => <FileTabs key={file.id} file={file} onGone={() => row.onGo(undefined)} />}
    </RowDrawer>
  );
}

interface FileTabsProps {
  readonly file: StoredFile;
  readonly onGone: () => void;
}

/** What only the owner and administrators may see has no tab for others. */
function FileTabs({ file, onGone }: FileTabsProps) {
  const say = useTexts(words);
  const { id: me, can } = useMe();
  const change = useGo();
  const { tab = 'facts' }: FilesSearch = useSearch({ strict: false });
  const isOwn = file.ownerId === me || can('files.manage_all');
  const isInTrash = file.storageStatus === 'deleted';
  const shown: Readonly<Record<Tab, boolean>> = {
    facts: true,
    versions: !isInTrash,
    links: isOwn && !isInTrash && can('files.share'),
    access: isOwn && !isInTrash && can('files.permissions.manage'),
    accesses: isOwn,
  };
  const options = (Object.keys(shown) as Tab[]).filter((one) => shown[one]).map((one) => [one, say.tabs[one]] as const);
  const current = shown[tab] ? tab : 'facts';
  const go = (next: Tab) =>
    change((before) => ({ ...before, tab: next === 'facts' ? undefined : next }), { replace: true });
  return (
    <div className="pt-1">
      <Tabs label={say.parts} value={current} options={options} onChange={go}>
        {current === 'facts' && <FileFacts file={file} isOwn={isOwn} onGone={onGone} />}
        {current === 'versions' && <Versions file={file} isOwn={isOwn} />}
        {current === 'links' && <Links file={file} />}
        {current === 'access' && <AccessList file={file} />}
        {current === 'accesses' && <Accesses file={file} />}
      </Tabs>
    </div>
  );
}
