import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import type { AssignRefusal } from './assigning.service.ts';
import type { DeskRefusal } from './desk-parts.ts';
import type { BreakRefusal } from './locking.service.ts';

const nothing = 'Nothing was changed.';

/** Why an officer cannot act on a file, without what became of the act. */
export function whyNotWorkable(refusal: DeskRefusal | AssignRefusal | BreakRefusal, formats: Formats): string {
  switch (refusal.code) {
    case 'own-application':
      return 'This is your own application. A colleague has to work on it.';
    case 'co-applicant':
      return 'You are one of the people on this application. A colleague has to work on it.';
    case 'relative':
      return 'Somebody on this application is related to you. A colleague has to work on it.';
    case 'decided-before':
      return 'The borrower contests a decision that you made. Another officer has to look at it.';
    case 'senior-only':
      return 'Only a senior officer can do this.';
    case 'locked-by-other':
      return `${refusal.name} is working on this file. You can act on it when they have finished, or after ${formats.instant(refusal.until)} at the latest.`;
    case 'not-now':
      return 'This cannot be done at the stage that the file is in now.';
    case 'moved':
      return 'The file changed since you opened the page. Look at it again.';
    case 'taken':
      return `${refusal.name} has this file on their desk already.`;
    case 'not-yours':
      return 'This file is not on your desk.';
    case 'no-such-colleague':
      return 'Choose an officer from the list.';
    case 'colleague-barred':
      return 'This colleague may not work on this file. Choose another one.';
    case 'not-locked':
      return 'Nobody else is working on this file any more.';
    default:
      return unreachable(refusal);
  }
}

export function explainDesk(refusal: DeskRefusal | AssignRefusal | BreakRefusal, formats: Formats): string {
  return `${whyNotWorkable(refusal, formats)} ${nothing}`;
}
