import type { ApplicationState } from '../applying/application-states.ts';
import type { JointLoan, JointView } from './joint-reading.ts';
import { roleWords } from './participant-parts.ts';
import type { ParticipantRole } from './participant.rules.ts';

interface Note {
  kind: 'info' | 'warn' | 'success';
  title: string;
  text: string;
  link: undefined;
}

const info = (title: string, text: string): Note => ({ kind: 'info', title, text, link: undefined });

/** Sent, and not decided yet. */
export const sentStates: readonly ApplicationState[] = ['submitted', 'asked', 'proposed'];
const paidStates: readonly ApplicationState[] = ['part-disbursed', 'disbursed'];

/** Whether money of the loan has been paid out. */
export function isPaidOut(loan: Pick<JointLoan, 'state'> | undefined): boolean {
  return loan !== undefined && paidStates.includes(loan.state);
}

/** One sentence on where it stands, where the badge alone does not say it. */
export function noteOf({ participant, loan, record }: JointView): Note | undefined {
  const role = roleWords[participant.role];
  switch (participant.state) {
    case 'declined':
      return info(
        'You are not part of this loan',
        `You owe nothing for it. You can become its ${role} only if you are asked again.`,
      );
    case 'removed':
      return info('You are not part of this loan any more', 'You owe nothing for it.');
    case 'expired':
      return info(
        'This invitation has run out',
        'Nothing has changed and you owe nothing. Ask to be invited again if you want to.',
      );
    case 'invited':
      return loan?.editable === false
        ? info('This invitation is no longer open', 'The application was sent without you. You owe nothing.')
        : undefined;
    case 'joined':
      return participant.confirmAgain && loan?.editable
        ? {
            ...info(
              'The loan has changed',
              'What you agreed to does not count any more. Read the loan below and confirm again, or leave.',
            ),
            kind: 'warn',
          }
        : undefined;
    case 'complete':
      return (
        loan && sentNote(loan, { role: participant.role, signed: participant.signed || record.signature !== null })
      );
  }
}

const owes: Record<ParticipantRole, string> = {
  'co-applicant': 'You owe it together with the applicant until it is repaid.',
  guarantor: 'Your guarantee holds until it is repaid.',
};

function sentNote(loan: JointLoan, { role, signed }: { role: ParticipantRole; signed: boolean }): Note | undefined {
  if (loan.editable)
    return info(
      'Nothing more to do for now',
      'The applicant can send the application. You can still change your answers or take your consent back until then.',
    );
  if (sentStates.includes(loan.state))
    return info('The application is with us', 'A loan officer decides. You need to do nothing until then.');
  switch (loan.state) {
    case 'offered':
    case 'accepted':
      return signed
        ? {
            ...info('You have signed', 'The money is paid out when everybody has signed. We tell you in your inbox.'),
            kind: 'success',
          }
        : info('There is an offer', 'Read it and sign it. No money is paid out before you have.');
    case 'part-disbursed':
      return info('A part of the loan is paid out', `The rest follows as agreed. ${owes[role]}`);
    case 'disbursed':
      return loan.running?.state === 'closed'
        ? info('The loan is repaid', 'You owe nothing for it any more.')
        : info('The loan is paid out', owes[role]);
    default:
      return info('The application has ended', 'There is no loan, and you owe nothing.');
  }
}
