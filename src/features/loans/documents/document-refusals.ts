import type { FileFault } from '#platform/storage/formats/refusal.ts';
import { bounds, type AddRefusal, type JudgeRefusal } from './document.rules.ts';
import type { RequestRefusal } from './judging.ts';
import type { OpenRefusal } from './opening.ts';

/** Why a file was not taken and what to do, for whoever sent it. Nothing of a refused file is kept. */
export const fileSentences: Record<FileFault | 'none' | 'unreadable', string> = {
  none: 'Choose a file first',
  unreadable: 'The file did not arrive whole. Nothing was kept. Please send it again',
  empty: 'This file is empty. Choose another one',
  'too-large':
    'This file is larger than 10 MB. Nothing was kept. Send a smaller scan, or a photograph with fewer pixels',
  'type-not-taken': 'We take PDF, JPEG, PNG and HEIC files. Save the document as one of these and send that',
  'types-disagree':
    'This is not the kind of file that its name says. Nothing was kept. Open it, save it as a PDF or a picture, and send that',
  damaged:
    'This file is damaged or incomplete. Nothing was kept. Scan, photograph or save it again, and send the new file',
  'two-in-one':
    'There is something else behind or inside this file. Nothing was kept. Scan, photograph or save it again, and send the new file',
  'too-many-pixels': 'This picture has more pixels than we can open. Nothing was kept. Send a smaller one',
  active:
    'This PDF contains a program or a form that runs one. Nothing was kept. Print it to a new PDF, or photograph it, and send that',
  'carries-files': 'This PDF carries other files inside. Nothing was kept. Print it to a new PDF and send that',
  protected: 'This PDF is protected by a password. Nothing was kept. Save or print it without one and send that',
  busy: 'Several files are being sent at this moment. This one was not kept. Wait until the others are through and send it again',
};

/** Faults that are the form's (422); being busy is none of its doing (409). */
export const isInputFault = (fault: keyof typeof fileSentences): boolean => fault !== 'busy';

export function explainAdding(refusal: AddRefusal): string {
  switch (refusal.code) {
    case 'closed':
      return 'This application takes no more documents. The file was not kept';
    case 'not-wanted':
      return 'We have what we need for now. You can send this when we ask for it. The file was not kept';
    case 'not-on-the-list':
      return 'This document is not on the list of this application. The file was not kept';
    case 'too-many-versions':
      return `You have sent this document ${bounds.versionsOfKind} times, which is the most we keep. The file was not kept. Please write to us`;
    case 'too-many-documents':
      return `This application has ${bounds.ofApplication} documents, which is the most we keep. The file was not kept. Please write to us`;
  }
}

export function explainJudging(refusal: JudgeRefusal): string {
  switch (refusal.code) {
    case 'not-under-review':
      return 'This application is not under review, so its documents cannot be judged. Nothing was changed';
    case 'superseded':
      return 'The borrower has sent a newer version. Look at that one. Nothing was changed';
    case 'infected':
      return 'This file contained malicious software and was removed. Ask for another one. Nothing was changed';
    case 'moved':
      return 'Somebody else judged this document while you were reading. Look at it again. Nothing was changed';
    case 'may-not-work':
      return refusal.reason;
  }
}

export function explainRequest(refusal: RequestRefusal): string {
  switch (refusal.code) {
    case 'asked-already':
      return 'This document has been asked for already and has not come yet. Nothing was sent';
    case 'too-many-requests':
      return `At most ${bounds.openRequests} requests are open at a time, and ${bounds.requests} in all. Nothing was sent`;
    case 'not-under-review':
    case 'may-not-work':
      return explainJudging(refusal);
  }
}

export function explainOpening(refusal: OpenRefusal): string {
  switch (refusal.code) {
    case 'quarantined':
      return 'Nobody has checked this file for malicious software yet.';
    case 'infected':
      return 'This file contained malicious software and was removed.';
    case 'gone':
      return 'The content of this file is not there any more.';
  }
}
