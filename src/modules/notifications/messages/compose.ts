import { newId } from '#kernel/id.ts';
import type { Branding } from '#platform/branding/port.ts';
import { notificationEvents, type Category, type Channel, type Occurrence, type Priority } from '../contract.ts';
import { insertMessage } from '../queries.ts';
import { preferenceOf, type Preference } from '../recipients/preferences.ts';
import type { Unsubscribe } from '../recipients/unsubscribe.ts';
import { joinDigest } from '../schedules/digest.ts';
import { enqueueDelivery, initialState, release } from '../schedules/release.ts';
import { scheduleOnce } from '../schedules/schedules.ts';
import type { MessageContent, MessageSealing } from '../sealing.ts';
import type { NotificationsUnit, NotificationsWriter, StoredMessage, StoredTemplate } from '../tables.ts';
import { builtInTemplate, chooseTemplate, renderBuiltIn } from '../templates/choose.ts';
import type { TemplateVariables } from '../templates/liquid.ts';
import { guessLanguage } from '../templates/layout.ts';
import { languageOf, renderRaw, renderTemplate, type RenderOptions } from '../templates/render.ts';

export interface ComposeNeeds {
  readonly sealing: MessageSealing;
  readonly unsubscribe: Unsubscribe;
  readonly branding: Branding;
  readonly now: () => Date;
}

export interface Addressee {
  /** Null for an address without an account. */
  readonly userId: string | null;
  readonly address: string;
}

/** What a message says: by a declared template, by a template's id, or in plain text. */
export type MessageSource = { readonly variables: TemplateVariables } & (
  | { readonly builtIn: string }
  | { readonly templateId: string }
  | { readonly subject: string; readonly body: string }
);

/** One message over one channel. */
export interface MessageDraft {
  readonly channel: Channel;
  readonly category: Category;
  readonly priority: Priority;
  readonly createdBy: string | null;
  readonly to: Addressee;
  /** BCP 47, the best one first; none: the language of the template with that id, else that of the installation. */
  readonly languages: readonly string[];
  /** IANA name: the reader's; null for that of the installation. */
  readonly timeZone: string | null;
  readonly occurrence?: Occurrence | undefined;
  readonly source: MessageSource;
  /** When to send it; null: now. */
  readonly scheduledAt: string | null;
  /** From when it is not sent any more. */
  readonly expiresAt?: string | null;
  /** Default: what the person, or the address, has chosen. */
  readonly preference?: Preference;
  /** How to handle a message that its recipient does not want: store it as cancelled, or do not create it. */
  readonly unwanted: 'store' | 'skip';
}

/**
 * Accepts every message: renders and seals the message, stores it as part of the unit, and sends it to the inbox, to
 * the workers, into a digest or to its schedule. Null when it is unwanted and to be skipped. Throws the errors of its
 * template.
 */
export function createCompose({ sealing, unsubscribe, branding, now }: ComposeNeeds) {
  async function compose(unit: NotificationsUnit, draft: MessageDraft): Promise<StoredMessage | null> {
    const { channel, category, to } = draft;
    const hash = sealing.hash(to.address);
    const about = { userId: to.userId, category, channel, hash };
    // Sent together: each wait delays the message.
    const [preference, template] = await Promise.all([
      draft.preference ?? preferenceOf(unit.tx, about),
      templateOf(unit.tx, draft),
    ]);
    if (!preference.isWanted && draft.unwanted === 'skip') return null;
    const written = write(draft, template, unsubscribe.link(about));
    return accept(unit, draft, preference, { ...written, hash });
  }

  /** Null for plain text. */
  async function templateOf(tx: NotificationsWriter, { channel, languages, source }: MessageDraft) {
    if ('builtIn' in source) return builtInTemplate(tx, source.builtIn, channel, languages, branding);
    return 'templateId' in source ? chooseTemplate(tx, source.templateId, channel, languages) : null;
  }

  function write(draft: MessageDraft, template: StoredTemplate | null, unsubscribeUrl: string | null) {
    const { channel, languages, source, occurrence } = draft;
    const { variables } = source;
    const timeZone = draft.timeZone ?? branding.timeZone;
    const rest = { channel, timeZone, branding, unsubscribeUrl, ...(occurrence && { occurrence }) };
    const optionsFor = (language: string): RenderOptions => ({ ...rest, language });
    if ('body' in source) {
      const { subject, body } = source;
      const language = languages[0] ?? guessLanguage(`${body} ${subject}`, branding.language);
      return { template: null, language, content: renderRaw(subject, body, optionsFor(language), variables) };
    }
    if (!template) throw new Error('a message has neither a template nor a text');
    const render = 'builtIn' in source ? renderBuiltIn : renderTemplate;
    const content = render(template, variables, optionsFor(languageOf(template, branding)));
    return { template, language: template.language, content };
  }

  async function accept(
    unit: NotificationsUnit,
    { channel, category, priority, createdBy, to, scheduledAt, expiresAt = null }: MessageDraft,
    preference: Preference,
    { template, language, content, hash }: Written,
  ): Promise<StoredMessage> {
    const { isWanted } = preference;
    const { userId, address } = to;
    const schedule = scheduledAt === null ? null : { id: newId(), at: scheduledAt };
    const digest = schedule ? null : await joinDigest(unit, { userId, category, channel }, preference, now);
    const isDue = isWanted && schedule === null && digest === null;
    const isQueued = isDue && channel !== 'inApp';
    const id = newId();
    const row = await insertMessage(unit.tx, {
      ...initialState,
      id,
      userId,
      createdBy,
      channel,
      category,
      priority,
      language,
      template: template?.name ?? null,
      templateId: template?.id ?? null,
      templateRevision: template?.revision ?? null,
      recipientSealed: sealing.sealRecipient(id, address),
      recipientHash: hash,
      contentSealed: sealing.sealContent(id, content),
      status: isQueued ? 'pending' : isWanted ? 'scheduled' : 'cancelled',
      statusReason: !isWanted ? 'optedOut' : digest ? 'digest' : null,
      scheduleId: schedule?.id ?? null,
      scheduledAt,
      digestId: digest?.id ?? null,
      heldUntil: digest?.dueAt ?? null,
      expiresAt,
    });
    unit.publish(notificationEvents.created, { notificationId: id });
    if (isQueued) enqueueDelivery(unit, row);
    else if (isDue) return release(unit, row, { sealing, now });
    else if (isWanted && schedule) await scheduleOnce(unit, row, schedule);
    return row;
  }

  return compose;
}

export type Compose = ReturnType<typeof createCompose>;

interface Written {
  readonly template: StoredTemplate | null;
  readonly language: string;
  readonly content: MessageContent;
  readonly hash: Buffer;
}
