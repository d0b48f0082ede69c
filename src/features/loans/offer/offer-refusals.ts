import { unreachable } from '#core/assert.ts';
import type { AnswerRefusal } from './offer.rules.ts';

/** What the borrower is told, at which field, and whether another input would do (422) or the state is in the way (409). */
export interface ExplainedAnswer {
  field: string;
  text: string;
  status: 409 | 422;
}

export function explainAnswer(refusal: AnswerRefusal): ExplainedAnswer {
  const state = (text: string): ExplainedAnswer => ({ field: 'form', text, status: 409 });
  switch (refusal.code) {
    case 'expired':
      return state('This offer has expired, so it can no longer be answered. No money has moved. You can apply again.');
    case 'not-open':
      return state('This offer was answered before. Nothing was changed and no money has moved.');
    case 'documents-changed':
      return state(
        'The offer or its papers have changed since this page was shown. Read them again below, then sign. Nothing was signed and no money has moved.',
      );
    case 'wrong-name':
      return {
        field: 'typedName',
        text: 'Type your full name as it stands in your profile and in the papers. Nothing was signed.',
        status: 422,
      };
    case 'bank-not-proved':
      return {
        field: 'payInto',
        text: 'This account is not proved to be yours yet. Prove it first, or choose an account with us. Nothing was signed.',
        status: 409,
      };
    case 'choose-account':
    case 'not-your-account':
      return { field: 'payInto', text: 'Choose where we pay the money', status: 422 };
    default:
      return unreachable(refusal);
  }
}
