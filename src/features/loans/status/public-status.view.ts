import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import { stateBadges } from '../applying/application-texts.ts';
import type { PublicApplication } from './public-status.service.ts';

/** What the applicant has to do, without a word on who they are or what they asked for. */
const toDo: Record<ApplicationState, string> = {
  draft: 'It is not sent yet. Sign in to go on with it.',
  submitted: 'Nothing. We are looking at it and write to your inbox.',
  asked: 'Sign in and answer our question. We go on as soon as you have.',
  returned: 'Sign in, change what we ask for, and send it again.',
  proposed: 'Nothing. A second person checks it.',
  offered: 'Sign in and read our offer, then accept or decline it.',
  accepted: 'Nothing, unless a condition is still open: sign in to see.',
  'part-disbursed': 'Nothing. The rest follows as agreed.',
  disbursed: 'Nothing. Sign in to see your loan.',
  rejected: 'Sign in to read the reasons, and how to ask another person to look at it.',
  withdrawn: 'Nothing. You can start a new application.',
  declined: 'Nothing. You can start a new application.',
  expired: 'Nothing. You can start a new application.',
  cancelled: 'Nothing. You can start a new application.',
};

export function statusAnswer(facts: { reference: string; application: PublicApplication; formats: Formats }) {
  const { reference, application, formats } = facts;
  return {
    title: `Application ${reference}`,
    badge: stateBadges[application.state],
    rows: [
      { label: 'Where it stands', value: stateBadges[application.state].text },
      { label: 'Since', value: formats.instant(application.changedAt) },
      { label: 'What you have to do', value: toDo[application.state] },
    ],
    signIn: { href: paths.login, text: 'Sign in' },
  };
}

export function statusLookUpPage(form: FormState, answer?: ReturnType<typeof statusAnswer>) {
  return { title: 'State of an application', form, action: paths.applicationStatus, answer };
}
