import { Type } from 'typebox';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import {
  BasicChange,
  BioChange,
  ContactChange,
  InterestsAddition,
  LinksChange,
  NewProfile,
  ProfilePreferencesChange,
  PrivacyChange,
  Profile,
  profileErrors,
  profilePermissions,
} from '../contract.ts';
import type { ProfileParts } from './service.ts';

const { read, write } = profilePermissions;
const errors = [profileErrors.notFound, httpErrors.preconditionFailed];
const inputErrors = [profileErrors.phoneInvalid, profileErrors.birthNotPast];
const response = { 200: Profile };
const EACH = `Fields that you leave out keep their values. Answers the whole profile. Send the \`ETag\` of the version that you
  have read in \`If-Match\`, so that you do not overwrite another change.`;

export function partRoutes(profiles: ProfileParts): Routes {
  return async (http) => {
    http.post(
      '/profiles/me',
      {
        config: { access: write, isSingleton: true, errors: [profileErrors.exists, ...inputErrors] },
        schema: {
          operationId: 'createProfile',
          summary: 'Create your profile',
          description: 'Each user has one. Nobody else sees it until you make it public.',
          body: Type.Unsafe<NewProfile | null>({ ...NewProfile, type: ['object', 'null'] }),
          response: { 201: Profile },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await profiles.create(actor, body)),
    );

    http.get(
      '/profiles/me',
      {
        config: { access: read, errors: [profileErrors.notFound] },
        schema: { operationId: 'getProfile', summary: 'Get your profile', response },
      },
      ({ actor }) => profiles.get(actor),
    );

    http.put(
      '/profiles/me/basic',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, profileErrors.birthNotPast] },
        schema: {
          operationId: 'changeProfileBasics',
          summary: 'Change names, biography, date of birth, gender and place',
          description: EACH,
          body: BasicChange,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.change(actor, 'basic', body, precondition),
    );

    http.patch(
      '/profiles/me/bio',
      {
        config: { access: write, impersonation: 'allowed', errors },
        schema: {
          operationId: 'changeProfileBio',
          summary: 'Change your biography',
          description: EACH,
          body: BioChange,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.change(actor, 'bio', body, precondition),
    );

    http.patch(
      '/profiles/me/contact',
      {
        config: { access: write, errors: [...errors, profileErrors.phoneInvalid] },
        schema: {
          operationId: 'changeProfileContact',
          summary: 'Change contact data and time zone',
          description: `${EACH} Your messages still go to the address of your account. Their clock is that of the time zone.`,
          body: ContactChange,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.change(actor, 'contact', body, precondition),
    );

    http.patch(
      '/profiles/me/privacy',
      {
        config: { access: write, errors },
        schema: {
          operationId: 'changeProfilePrivacy',
          summary: 'Decide who sees your profile',
          description: EACH,
          body: PrivacyChange,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.change(actor, 'privacy', body, precondition),
    );

    http.patch(
      '/profiles/me/preferences',
      {
        config: { access: write, errors },
        schema: {
          operationId: 'changeProfilePreferences',
          summary: 'Change language and messages',
          description: `${EACH} Your next message has the language, if it has a translation.`,
          body: ProfilePreferencesChange,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.change(actor, 'preferences', body, precondition),
    );

    http.patch(
      '/profiles/me/social-links',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, profileErrors.tooManyLinks] },
        schema: {
          operationId: 'changeProfileLinks',
          summary: 'Change your links',
          description: 'Links that you leave out stay; null removes one. Answers the whole profile.',
          body: LinksChange,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.changeLinks(actor, body, precondition),
    );

    http.post(
      '/profiles/me/interests',
      {
        config: { access: write, impersonation: 'allowed', errors: [...errors, profileErrors.tooManyInterests] },
        schema: {
          operationId: 'addProfileInterests',
          summary: 'Add interests',
          description: `An interest that you have already, in any spelling, is not added again. Answers the whole profile.`,
          body: InterestsAddition,
          response,
        },
      },
      ({ actor, body, precondition }) => profiles.addInterests(actor, body, precondition),
    );

    http.delete(
      '/profiles/me/interests/:interest',
      {
        config: { access: write, impersonation: 'allowed', errors },
        schema: {
          operationId: 'removeProfileInterest',
          summary: 'Remove an interest',
          description: 'In any spelling. Answers the whole profile, also if it does not have the interest.',
          params: Type.Object({ interest: Type.String({ maxLength: 50, description: 'The interest to remove' }) }),
          response,
        },
      },
      ({ actor, params, precondition }) => profiles.removeInterest(actor, params.interest, precondition),
    );
  };
}
