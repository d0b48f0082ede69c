import type { Formats } from '#core/format.ts';
import type { Badge } from '#web/badge.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Application } from '../applying/application.model.ts';
import { isEditable } from '../applying/application-states.ts';
import { optionsOf } from '../applying/application-texts.ts';
import { roleWords } from './participant-parts.ts';
import {
  freeSlot,
  isActive,
  mostOf,
  participantRoles,
  type MissingPerson,
  type ParticipantState,
  type Relationship,
} from './participant.rules.ts';
import { missingText } from './participant-refusals.ts';
import { relationshipTexts, roleHints, roleTitles } from './participant-texts.ts';
import type { InvitedPerson, PeopleOfOwn } from './reading.ts';

/** A state as the applicant reads it: never more than that. */
const stateBadges: Record<ParticipantState, Badge> = {
  invited: { kind: 'info', text: 'Invited' },
  joined: { kind: 'info', text: 'Has joined' },
  complete: { kind: 'ok', text: 'Has finished' },
  declined: { kind: 'neutral', text: 'Said no' },
  removed: { kind: 'neutral', text: 'Taken out' },
  expired: { kind: 'neutral', text: 'Ran out' },
};

function crumbs(application: Application, last: string, removing?: string) {
  const first = [
    { text: 'Loans', href: paths.loans },
    { text: application.productName, href: paths.application(application._id) },
  ];
  if (removing === undefined) return [...first, { text: last }];
  return [...first, { text: last, href: paths.applicationPeople(application._id) }, { text: removing }];
}

const title = 'People on this loan';

/** `/loans/apply/:id/people`: who is asked to stand beside the applicant, and the form to ask. */
export function peoplePage(facts: {
  application: Application;
  own: PeopleOfOwn;
  form: FormState;
  key: string;
  formats: Formats;
}) {
  const { application, own, form, key, formats } = facts;
  const editable = isEditable(application.state);
  const active = own.people.filter((one) => isActive(one.state));
  const ended = own.people.filter((one) => !isActive(one.state));
  const item = (one: InvitedPerson) => personItem(one, { application, editable, formats });
  return {
    title,
    crumbs: crumbs(application, title),
    head: { title, sub: `Application ${application.reference}, ${application.productName}` },
    overview: { href: paths.application(application._id), text: 'All sections' },
    active: active.map(item),
    ended: ended.map(item),
    waiting: editable ? own.missing.map((one) => missingText(one, nameOf(one, own))) : [],
    nobody: nobodyText(own, editable),
    form,
    key,
    invite: editable ? inviteCard(application, own) : undefined,
    meanings: participantRoles
      .filter((role) => mostOf(role, own.limits) > 0)
      .map((role) => ({ label: roleTitles[role], value: roleHints[role] })),
  };
}

function nameOf(missing: MissingPerson, { people }: PeopleOfOwn): string | undefined {
  return 'participantId' in missing ? people.find(({ id }) => id === missing.participantId)?.fullName : undefined;
}

function nobodyText({ limits }: PeopleOfOwn, editable: boolean): { title: string; text: string } {
  if (!editable) return { title: 'You applied alone', text: 'Nobody else is part of this application.' };
  if (participantRoles.every((role) => mostOf(role, limits) === 0))
    return { title: 'You apply alone', text: 'This loan is for one borrower. There is nothing to do here.' };
  return limits.guarantor === 'required'
    ? { title: 'Nobody is invited yet', text: 'This loan needs a guarantor before it can be sent.' }
    : { title: 'Nobody is invited yet', text: 'You may apply alone. Invite somebody only if you want to.' };
}

function inviteCard(application: Application, { people, limits }: PeopleOfOwn) {
  const active = people.filter((one) => isActive(one.state));
  const options = participantRoles.filter((role) => mostOf(role, limits) > 0);
  const taken = (role: string) =>
    active.filter((one) => one.role === role).map((_one, index) => `${role}-${index + 1}`);
  const free = options.filter((role) => freeSlot(role, { limits, taken: taken(role) }) !== undefined);
  if (free.length === 0) return undefined;
  return {
    action: paths.applicationPeople(application._id),
    roles: free.map((role) => ({ value: role, text: roleTitles[role], sub: roleHints[role] })),
    relationships: [{ value: '', text: 'Choose one' }, ...optionsOf(relationshipTexts)],
  };
}

function personItem(one: InvitedPerson, facts: { application: Application; editable: boolean; formats: Formats }) {
  const { application, editable, formats } = facts;
  const invited = one.state === 'invited';
  const mayRemove = isActive(one.state) && (invited || editable);
  const who = relationshipTexts[one.relationship as Relationship] as string | undefined;
  return {
    id: one.id,
    name: one.fullName,
    role: [roleTitles[one.role], who].filter(Boolean).join(', '),
    email: one.email,
    badge: one.confirmAgain ? { kind: 'alert', text: 'Must agree again' } : stateBadges[one.state],
    note: noteOf(one, formats),
    code: one.code,
    signed: one.signed ? 'Has signed the offer' : undefined,
    remove: mayRemove
      ? { href: paths.removePerson(application._id, one.id), text: invited ? 'Take back' : 'Take out' }
      : undefined,
    again:
      editable && !isActive(one.state)
        ? { href: `${paths.applicationPeople(application._id)}?again=${one.id}#h-invite`, text: 'Invite again' }
        : undefined,
  };
}

function noteOf(one: InvitedPerson, formats: Formats): string {
  switch (one.state) {
    case 'invited':
      return `Can answer until ${formats.date(one.openUntil)}`;
    case 'joined':
      return one.confirmAgain ? 'You changed the loan, so they have to look at it again' : 'Is answering our questions';
    case 'complete':
      return 'Has answered everything and agreed';
    case 'declined':
      return 'Is not part of this application';
    case 'removed':
      return 'Is not part of this application any more';
    case 'expired':
      return `Did not answer by ${formats.date(one.openUntil)}`;
  }
}

/** The page that asks once more before somebody is taken out. */
export function removePage(application: Application, person: InvitedPerson) {
  const invited = person.state === 'invited';
  const heading = invited ? `Take the invitation of ${person.fullName} back?` : `Take ${person.fullName} out?`;
  return {
    title: heading,
    crumbs: crumbs(application, title, invited ? 'Take back' : 'Take out'),
    head: { title: heading, sub: `Application ${application.reference}` },
    action: paths.removePerson(application._id, person.id),
    back: paths.applicationPeople(application._id),
    text: invited
      ? 'They can no longer answer it. If they have seen it, they are told. You can invite them again.'
      : `They are no longer your ${roleWords[person.role]}, and what they told us for this application no longer counts. They are told. You can invite them again; they would start anew.`,
    button: invited ? 'Take the invitation back' : `Take ${person.fullName} out`,
  };
}

/** Where the application's task list says how far the people on it are. */
export function peopleTask(
  own: Pick<PeopleOfOwn, 'limits' | 'missing'> & { people: readonly { state: ParticipantState }[] },
) {
  const { limits, missing, people } = own;
  const possible = participantRoles.some((role) => mostOf(role, limits) > 0);
  const anybody = people.some((one) => isActive(one.state));
  if (!possible && !anybody) return { text: title, state: 'not-needed' as const };
  return { text: title, state: missing.length > 0 ? ('todo' as const) : ('done' as const), optional: !anybody };
}
