import { Problem, type ProblemDef } from '#kernel/problem.ts';
import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { on } from '#platform/events/port.ts';
import type { Precondition, ServedBytes } from '#platform/http/port.ts';
import { fileErrors, fileEvents, type FileFacts } from '#modules/files/contract.ts';
import { profileErrors, type AvatarChoice, type AvatarCrop, type MusicChange, type Profile } from '../contract.ts';
import type { ProfilesNeeds } from '../needs.ts';
import { findProfile, lockReferring } from '../queries.ts';
import type { ProfileParts } from '../parts/service.ts';
import type { ProfilesTables } from '../tables.ts';
import type { Visible } from '../view/visible.ts';

/** The sizes in which avatars are served, in pixels. */
export const AVATAR_SIDES = [64, 256, 512] as const;

/** What a profile refers to a file for, and what is refused of the file. */
interface FileUse {
  readonly errors: {
    readonly notFound: ProblemDef;
    readonly notOwned: ProblemDef;
    readonly pending: ProblemDef;
    readonly unavailable: ProblemDef;
    readonly wrongType: ProblemDef;
  };
  takes(file: FileFacts): boolean;
}

export const avatarUse: FileUse = {
  errors: {
    notFound: profileErrors.avatarFileNotFound,
    notOwned: profileErrors.avatarFileNotOwned,
    pending: profileErrors.avatarFilePending,
    unavailable: profileErrors.avatarFileUnavailable,
    wrongType: profileErrors.avatarFileWrongType,
  },
  takes: ({ isPicture }) => isPicture,
};

export const musicUse: FileUse = {
  errors: {
    notFound: profileErrors.musicFileNotFound,
    notOwned: profileErrors.musicFileNotOwned,
    pending: profileErrors.musicFilePending,
    unavailable: profileErrors.musicFileUnavailable,
    wrongType: profileErrors.musicFileWrongType,
  },
  takes: ({ contentType }) => contentType.startsWith('audio/'),
};

export interface MediaNeeds extends Pick<ProfilesNeeds, 'db' | 'files'> {
  readonly parts: ProfileParts;
  readonly visible: Visible;
}

/** Avatar and music: files of the owner, which the module files keeps. */
export function createProfileMedia({ db, files, parts, visible }: MediaNeeds) {
  /** @throws what `avatarUse` names, `profiles.avatar_crop_invalid`, `profiles.not_found`, `http.precondition_failed` */
  async function setAvatar(
    actor: Actor,
    { avatarFileId, crop: wanted }: AvatarChoice,
    precondition: Precondition,
  ): Promise<Profile> {
    const crop = wanted ?? null;
    precondition.require((await parts.get(actor)).version); // before the picture is read
    judge(actor, await files.find(avatarFileId), avatarUse);
    await tryPicture(actor, avatarFileId, crop);
    return parts.changeBy(actor, 'avatar', precondition, async (_, unit) => {
      judge(actor, await files.hold(withoutTables(unit), avatarFileId), avatarUse);
      return { avatarFileId, avatarCrop: crop };
    });
  }

  /** Only the picture itself shows whether it can be decoded, and how large it is. */
  async function tryPicture(actor: Actor, fileId: string, crop: AvatarCrop | null): Promise<void> {
    try {
      await files.showSquare(actor.id, fileId, { side: AVATAR_SIDES[0], crop });
    } catch (error) {
      if (!(error instanceof Problem) || !HIDDEN.has(error.code)) throw error;
      if (error.code !== fileErrors.imageRefused.code) {
        judge(actor, await files.find(fileId), avatarUse); // it has changed meanwhile
        throw avatarUse.errors.unavailable();
      }
      throw error.details['reason'] === 'crop' ? profileErrors.avatarCropInvalid() : avatarUse.errors.wrongType();
    }
  }

  /** Removing what is not there changes nothing. @throws `profiles.not_found`, `http.precondition_failed` */
  function removeAvatar(actor: Actor, precondition: Precondition): Promise<Profile> {
    return parts.changeBy(actor, 'avatar', precondition, async () => ({ avatarFileId: null, avatarCrop: null }));
  }

  /** @throws what `musicUse` names, `profiles.not_found`, `http.precondition_failed` */
  function setMusic(actor: Actor, change: MusicChange, precondition: Precondition): Promise<Profile> {
    return parts.changeBy(actor, 'music', precondition, async ({ musicFileId: present }, unit) => {
      const { musicFileId } = change;
      if (musicFileId && musicFileId !== present)
        judge(actor, await files.hold(withoutTables(unit), musicFileId), musicUse);
      return change;
    });
  }

  /** @throws `profiles.avatar_not_found`, `files.storage_unavailable` */
  async function ownAvatar(actor: Actor, side: number): Promise<ServedBytes> {
    return serve(actor, await findProfile(db.read, actor.id), side);
  }

  /** As `ownAvatar`, also for a profile that the caller may not see. */
  async function avatarOf(actor: Actor, userId: string, side: number): Promise<ServedBytes> {
    return serve(actor, await visible.find(actor, userId), side);
  }

  async function serve(actor: Actor, profile: Profile | undefined, side: number): Promise<ServedBytes> {
    if (!profile?.avatarFileId) throw profileErrors.avatarNotFound();
    try {
      return await files.showSquare(actor.id, profile.avatarFileId, { side, crop: profile.avatarCrop });
    } catch (error) {
      // The state of the file is the owner's business.
      if (error instanceof Problem && HIDDEN.has(error.code)) throw profileErrors.avatarNotFound();
      throw error;
    }
  }

  /** Not when the file was taken out of the trash meanwhile, and chosen again. */
  const fileDeleted = on<typeof fileEvents.deleted.payload, ProfilesTables>(
    fileEvents.deleted,
    async (unit, { fileId }) => {
      const file = await files.hold(withoutTables(unit), fileId);
      if (file?.storageStatus === 'available') return;
      for (const profile of await lockReferring(unit.tx, fileId)) {
        const isAvatar = profile.avatarFileId === fileId;
        const left = isAvatar
          ? await parts.apply(unit, profile, 'avatar', { avatarFileId: null, avatarCrop: null })
          : profile;
        if (profile.musicFileId === fileId) await parts.apply(unit, left, 'music', { musicFileId: null });
      }
    },
  );

  return { setAvatar, removeAvatar, setMusic, ownAvatar, avatarOf, subscriptions: [fileDeleted] };
}

export type ProfileMedia = ReturnType<typeof createProfileMedia>;

/** Why a picture cannot be shown. */
const HIDDEN: ReadonlySet<string> = new Set(
  [
    fileErrors.notFound,
    fileErrors.pending,
    fileErrors.unavailable,
    fileErrors.maliciousContent,
    fileErrors.imageRefused,
  ].map(({ code }) => code),
);

/** Of a file of somebody else, nothing is told but that. */
function judge({ id }: Actor, file: FileFacts | null, { errors, takes }: FileUse): void {
  if (!file) throw errors.notFound();
  if (file.ownerId !== id) throw errors.notOwned();
  if (file.storageStatus === 'pending') throw errors.pending({ retryAfterSeconds: 1 });
  if (file.storageStatus !== 'available') throw errors.unavailable();
  if (!takes(file)) throw errors.wrongType();
}
