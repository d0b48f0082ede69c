import type { Formats } from '#core/format.ts';
import { emptyForm } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Enquiry, EnquiryTopic } from './enquiry.model.ts';
import type { OpenedEnquiry } from './site.service.ts';

export const topicNames: Record<EnquiryTopic, string> = {
  'a-loan': 'A loan',
  'my-account': 'My account',
  'signing-in': 'Signing in',
  'a-complaint': 'A complaint',
  'something-else': 'Something else',
};

export function topicOptions(): { value: string; text: string }[] {
  const options = Object.entries(topicNames).map(([value, text]) => ({ value, text }));
  return [{ value: '', text: 'Choose one' }, ...options];
}

const stateBadges = {
  new: { kind: 'info', text: 'New' },
  done: { kind: 'ok', text: 'Done' },
} as const;

export const enquiryColumns = [
  { key: 'from', label: 'From' },
  { key: 'topic', label: 'About' },
  { key: 'at', label: 'Sent', hideSmall: true },
  { key: 'state', label: 'State', hideSmall: true },
];

/** The filter of the list; its state stands in the address. */
export function stateChips(current: Enquiry['state']) {
  const states = Object.entries(stateBadges) as [Enquiry['state'], { text: string }][];
  return states.map(([state, { text }]) => ({
    text,
    href: `${paths.enquiries}?state=${state}`,
    current: state === current,
  }));
}

export function noEnquiries(list: { state: Enquiry['state']; total: number }) {
  if (list.total > 0) {
    const action = { href: `${paths.enquiries}?state=${list.state}`, text: 'Go to the newest' };
    return { title: 'There is nothing on this page', text: 'The messages before it are still there.', action };
  }
  return list.state === 'new'
    ? { title: 'No new messages', text: 'What people write on the contact page arrives here.' }
    : { title: 'Nothing is done yet', text: 'Messages come here when somebody marks them as done.' };
}

export function enquiryRow(enquiry: Enquiry & { name: string }, formats: Formats) {
  return {
    cells: {
      from: {
        text: enquiry.name,
        href: paths.enquiry(enquiry._id),
        sub: enquiry.reference,
        subSmall: formats.instant(enquiry.at),
      },
      topic: topicNames[enquiry.topic],
      at: formats.instant(enquiry.at),
      state: { badge: stateBadges[enquiry.state], text: '' },
    },
  };
}

export function enquiryPage(enquiry: OpenedEnquiry, formats: Formats) {
  return {
    form: emptyForm,
    title: `Message ${enquiry.reference}`,
    crumbs: [{ text: 'Messages', href: paths.enquiries }, { text: enquiry.reference }],
    badge: stateBadges[enquiry.state],
    sub: `${topicNames[enquiry.topic]}, sent ${formats.instant(enquiry.at)}`,
    rows: [
      { label: 'Name', value: enquiry.name },
      { label: 'E-mail', value: enquiry.email },
    ],
    paragraphs: enquiry.message.split(/\n+/),
    done: enquiry.state === 'done',
    version: String(enquiry.version),
    action: paths.enquiry(enquiry.id),
  };
}
