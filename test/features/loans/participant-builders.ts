import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Application, Participants, SectionInput } from '#features/loans/index.ts';
import type { PersonInput } from '#features/loans/participants/filling.ts';
import type { TestBank, TestPortal } from '#test/portal.ts';
import { employment, obligations, personal, terms } from './application-builders.ts';

export type Borrower = Awaited<ReturnType<TestPortal['borrower']>>;
type Person = Pick<Borrower, 'partyId' | 'userId' | 'email'>;

export const homeTerms = { ...terms, amount: moneyOf(20_000_000n), instalments: 240, purpose: 'Buy a home' } as const;

export const who = ({ userId, partyId }: Pick<Person, 'userId' | 'partyId'>) => ({ actor: userId, partyId });

/** A draft of a home loan, which takes three co-applicants and a guarantor, with its terms answered. */
export async function homeDraft(bank: TestBank, applicant: Person): Promise<Application> {
  const order = { ...who(applicant), branchId: 'head-office', productCode: 'home' };
  const started = await bank.services.applications.start(order);
  if (!started.ok) throw new Error('The draft was not started');
  return saveTerms(bank, applicant, { application: started.value, answers: homeTerms });
}

export async function saveTerms(
  bank: TestBank,
  applicant: Person,
  facts: {
    application: Pick<Application, '_id' | 'version'>;
    answers: Extract<SectionInput, { section: 'terms' }>['answers'];
  },
): Promise<Application> {
  const { application, answers } = facts;
  const order = { ...who(applicant), applicationId: application._id, version: application.version };
  const saved = await bank.services.applications.saveSection({ ...order, section: 'terms', answers });
  if (!saved.ok) throw new Error(`The terms were refused: ${saved.refusal.code}`);
  return saved.value;
}

export const invitation = (applicant: Person, applicationId: string, email: string) => ({
  ...who(applicant),
  applicationId,
  key: newId(),
  role: 'co-applicant' as const,
  fullName: 'Canary Invited',
  email,
  relationship: 'spouse' as const,
});

/** Invites by e-mail and gives the participant's id. */
export async function invite(people: Participants, order: Parameters<Participants['invite']>[0]): Promise<string> {
  const invited = await people.invite(order);
  if (!invited.ok) throw new Error(`The invitation was refused: ${invited.refusal.code}`);
  return order.key;
}

export const personInputs: readonly PersonInput[] = [
  { section: 'personal', answers: { ...personal, fullName: 'Canary Participant', taxId: '777-66-5555' } },
  { section: 'employment', answers: { ...employment, employer: 'Canary Second Employer' } },
  { section: 'obligations', answers: obligations },
];

export async function versionOf(
  people: Participants,
  own: { partyId: string; participantId: string },
): Promise<number> {
  return (await people.joint(own)).record.version;
}

/** Answers every section, one after the other. */
export async function answerAll(people: Participants, person: Person, participantId: string): Promise<void> {
  const order = { ...who(person), participantId };
  for (const input of personInputs) {
    const saved = await people.save({ ...order, version: await versionOf(people, order), input });
    if (!saved.ok) throw new Error(`${input.section} was refused: ${saved.refusal.code}`);
  }
}

export async function confirm(people: Participants, person: Person, participantId: string) {
  const order = { ...who(person), participantId };
  const { loan, record } = await people.joint(order);
  return people.complete({ ...order, version: record.version, terms: loan?.termsKey ?? '', marketing: 'no' });
}

/** Joins, answers everything and agrees. */
export async function finish(people: Participants, person: Person, participantId: string): Promise<void> {
  const joined = await people.accept({ ...who(person), participantId });
  if (!joined.ok) throw new Error(`The invitation was not accepted: ${joined.refusal}`);
  await answerAll(people, person, participantId);
  const done = await confirm(people, person, participantId);
  if (!done.ok) throw new Error(`Not completed: ${done.refusal.code}`);
}

export async function titlesOf(bank: TestBank, partyId: string): Promise<string[]> {
  await bank.platform.outbox.drain();
  const { notices } = await bank.services.notices.list(partyId, { page: 1, size: 50 });
  return notices.map(({ title }) => title);
}
