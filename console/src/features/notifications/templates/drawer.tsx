import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TemplateWithRevisions } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { AskButton } from '../ask.tsx';
import { words as shared } from '../words.ts';
import { Origin } from './page.tsx';
import { deleteTemplate, templateQuery, TEMPLATES } from './queries.ts';
import { words } from './words.ts';

export function TemplateDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer
      {...row}
      title={(template) => template?.name ?? say.title}
      query={useQuery(templateQuery(row.id))}
      permission="notifications.templates.manage"
      isWide
    >
      {(template) => (
        <>
          <TemplateFacts template={template} />
          <div className="grid gap-5 px-5 py-4">
            <Actions template={template} onGone={() => row.onGo(undefined)} />
            <Section title={say.subject}>
              <Code name={say.subject} text={template.subjectTemplate} />
            </Section>
            <Section title={template.channel === 'email' ? say.bodyHtml : say.body}>
              <Code name={say.body} text={template.bodyTemplate} />
            </Section>
          </div>
        </>
      )}
    </RowDrawer>
  );
}

function TemplateFacts({ template }: { readonly template: TemplateWithRevisions }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const fmt = useFmt();
  const { id, channel, language, revision, updatedAt, variables } = template;
  return (
    <Facts>
      <Fact name={kinds.channel}>{kinds.channels[channel]}</Fact>
      <Fact name={say.language}>
        <bdi>{kinds.languages[language] ?? language}</bdi>
      </Fact>
      <Fact name={say.origin}>
        <Origin template={template} />
      </Fact>
      <Fact name={say.revision}>{fmt.number(revision)}</Fact>
      <Fact name={say.updated}>
        <Time at={updatedAt} />
      </Fact>
      <Fact name={say.variables}>
        {variables.length === 0 ? say.noVariables : <bdi className="font-mono text-[12px]">{variables.join(', ')}</bdi>}
      </Fact>
      <Fact name={kinds.id}>
        <Copyable name={kinds.id} value={id} />
      </Fact>
    </Facts>
  );
}

function Actions({ template, onGone }: { readonly template: TemplateWithRevisions; readonly onGone: () => void }) {
  const say = useTexts(words);
  const { can } = useMe();
  const { id, name, isShipped, isEdited } = template;
  const ask = isShipped
    ? { action: say.restore, title: say.restoreTitle, text: say.restoreText(name), done: say.restored }
    : { action: say.delete, title: say.deleteTitle, text: say.deleteText(name), done: say.deleted, onDone: onGone };
  return (
    <div className="flex flex-wrap gap-2">
      <Link to="/notifications/templates/$templateId" params={{ templateId: id }} className={buttonClass('primary')}>
        {say.edit}
      </Link>
      {can('notifications.write') && (
        <Link to="/notifications" search={{ open: 'new', template: id }} className={buttonClass()}>
          {say.send}
        </Link>
      )}
      {(!isShipped || isEdited) && (
        <AskButton {...ask} cancel={say.keep} run={() => deleteTemplate(template)} stale={TEMPLATES} />
      )}
    </div>
  );
}
