import { unreachable } from '#core/assert.ts';
import { counted } from '#core/format.ts';
import { ages } from '../applying/application.rules.ts';
import type { Explained } from '../applying/application-refusals.ts';
import type { SaveRefusal } from './filling.ts';
import type { AcceptRefusal, CodeRefusal } from './joining.ts';
import type { CompleteRefusal, InviteRefusal, MissingPerson, SignRefusal } from './participant.rules.ts';
import { mostInvitationsADay } from './participant.rules.ts';
import { roleWords } from './participant-parts.ts';

export function explainInvite(refusal: InviteRefusal): Explained {
  switch (refusal.code) {
    case 'not-open':
      return {
        field: 'form',
        text: 'This application has been sent, so nobody can be invited to it any more. Nothing was changed',
      };
    case 'role-not-allowed':
      return { field: 'role', text: `This loan takes no ${roleWords[refusal.role]}. Choose something else` };
    case 'role-full':
      return {
        field: 'role',
        text: `This loan takes at most ${counted(refusal.most, roleWords[refusal.role])}, open invitations included. Take one away first`,
      };
    case 'yourself':
      return { field: 'email', text: 'This is your own address. Enter the address of the other person' };
    case 'already-invited':
      return {
        field: 'email',
        text: 'You have invited this address already. To ask for something else, take that invitation back first',
      };
    case 'too-many-invitations':
      return {
        field: 'form',
        text: `You have sent ${mostInvitationsADay} invitations in a day, which is the most. Please try again tomorrow`,
      };
    default:
      return unreachable(refusal);
  }
}

export function explainCode(refusal: CodeRefusal): string {
  switch (refusal) {
    case 'wrong':
      return 'This is not the code of this invitation. Ask the person who invited you to read it to you';
    case 'too-many':
      return 'The code was wrong too many times, so this invitation does not open any more. Ask to be invited again';
    case 'not-open':
      return 'This invitation is no longer open. Nothing has changed';
  }
}

export function explainAccept(refusal: AcceptRefusal): string {
  switch (refusal) {
    case 'not-open':
      return 'This invitation is no longer open. Nothing has changed and you owe nothing.';
    case 'own-application':
      return 'This is your own application. You are its applicant already, so there is nothing to accept.';
    case 'twice':
      return 'You are part of this application already. Nothing has changed.';
    case 'not-proved':
      return 'Enter the code first, so that we know the invitation is meant for you. Nothing has changed.';
  }
}

const closed = 'The application has been sent, so your answers stand as they are. Nothing was changed just now';

export function explainSave(refusal: SaveRefusal): Explained {
  switch (refusal.code) {
    case 'not-open':
      return { field: 'form', text: closed };
    case 'too-young':
      return { field: 'birthDate', text: `You must be at least ${ages.least} years old to take part. Check the date` };
    case 'too-old':
      return { field: 'birthDate', text: `Enter a birth date of a person of at most ${ages.most} years` };
    default:
      return unreachable(refusal);
  }
}

export function explainComplete(refusal: CompleteRefusal): Explained {
  switch (refusal.code) {
    case 'not-open':
      return { field: 'form', text: closed };
    case 'incomplete':
      return { field: 'form', text: 'Some of your sections are not answered yet. Answer them first, then confirm' };
    case 'no-terms':
      return {
        field: 'form',
        text: 'The applicant has not said yet how much they want to borrow. You can confirm as soon as they have',
      };
    case 'terms-changed':
      return {
        field: 'form',
        text: 'The loan has changed since this page was opened. Read the terms below again; nothing was confirmed',
      };
    default:
      return unreachable(refusal);
  }
}

export function explainSign(refusal: SignRefusal): Explained {
  switch (refusal.code) {
    case 'not-open':
      return { field: 'form', text: 'There is no offer to sign any more. Nothing was signed' };
    case 'wrong-name':
      return { field: 'typedName', text: 'Type your full name as it stands above the field. Nothing was signed' };
    case 'documents-changed':
      return {
        field: 'form',
        text: 'The offer has changed since this page was opened. Read it again; nothing was signed',
      };
    default:
      return unreachable(refusal);
  }
}

/** What stands in the way of sending the application, in words for the applicant, who knows the person's name. */
export function missingText(missing: MissingPerson, name?: string): string {
  const who = name ?? ('role' in missing ? `Your ${roleWords[missing.role]}` : '');
  switch (missing.code) {
    case 'guarantor-needed':
      return 'This loan needs a guarantor. Invite one';
    case 'not-answered':
      return `${who} has not answered the invitation`;
    case 'not-finished':
      return `${who} has not finished`;
    case 'confirm-again':
      return `${who} must agree to the changed loan`;
    default:
      return unreachable(missing);
  }
}
