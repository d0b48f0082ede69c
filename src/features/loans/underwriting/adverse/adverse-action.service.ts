import { dateText } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import type { Companion } from '#platform/companion.ts';
import type { Application, Decision } from '../../applying/application.model.ts';
import type { KeptReport } from '../../bureau/bureau.service.ts';
import { creditFigures } from '../../bureau/credit.rules.ts';
import type { LendingParts } from '../file/lending-parts.ts';
import { peopleOn } from '../file/people.service.ts';
import { owes, type PersonOnFile } from '../file/people-on-file.ts';
import { participantRejectionNotice, rejectionNotice } from '../underwriting-notices.ts';
import { rejectionReason, type RejectionReason } from '../deciding/reasons.rules.ts';
import { adverseCollection, adversePlace, type AdverseAction, type AdverseFacts } from './adverse-action.model.ts';
import { contestDays, leastScoreOf, ledTo, reasonSentence } from './adverse.rules.ts';
import { noticeScore } from './notice-score.service.ts';

interface Declined {
  application: Application;
  decision: Decision;
  reasons: readonly RejectionReason[];
}

/** The notices of a decline, to be written with it: the applicant's, and those of others whose report led to it. */
export async function adverseCompanions(parts: LendingParts, declined: Declined): Promise<Companion[]> {
  const { application, reasons } = declined;
  const people = await peopleOn(parts, application);
  const reports = await parts.bureau.kept(
    application._id,
    people.map(({ partyId }) => partyId),
  );
  const isOf = await truthOf(parts, application);
  const together = people.filter(owes).length > 1;
  const all = await Promise.all(
    people.map(async (person) => {
      const report = reports.get(person.partyId);
      const led = reasons.filter((code) => report && isOf(report, code));
      if (person.role !== 'applicant' && led.length === 0) return [];
      const others = othersLed({ people, reports, person, reasons, isOf });
      return noticesFor(parts, { declined, person, report, others, together, isOf });
    }),
  );
  return all.flat();
}

/**
 * The first reason that stands on a credit report and is true of none on the file: what a borrower is told must be so.
 */
export async function untrueReason(
  parts: LendingParts,
  { application, reasons }: Pick<Declined, 'application' | 'reasons'>,
): Promise<RejectionReason | undefined> {
  const onReports = reasons.filter((code) => rejectionReason(code)?.bureau === true);
  if (onReports.length === 0) return undefined;
  const people = await peopleOn(parts, application);
  const reports = await parts.bureau.kept(
    application._id,
    people.map(({ partyId }) => partyId),
  );
  const isOf = await truthOf(parts, application);
  return onReports.find((code) => ![...reports.values()].some((report) => isOf(report, code)));
}

type IsOf = (kept: KeptReport, code: RejectionReason) => boolean;

/** Whether a reason is true of a report, by the rules of the live credit policy about such a loan. */
async function truthOf({ risk }: LendingParts, { productCode, security }: Application): Promise<IsOf> {
  const { content } = await risk.policies.live();
  const leastScore = leastScoreOf(risk.policies.rulesAbout(content, { product: productCode, security }));
  return ({ report }, code) => ledTo(code, { score: report.score, leastScore, figures: creditFigures(report) });
}

/** The reasons that are true of somebody else's report and not of this person's. */
function othersLed(facts: {
  people: readonly PersonOnFile[];
  reports: ReadonlyMap<string, KeptReport>;
  person: PersonOnFile;
  reasons: readonly RejectionReason[];
  isOf: IsOf;
}): RejectionReason[] {
  const { people, reports, person, reasons, isOf } = facts;
  const trueOf = (one: PersonOnFile, code: RejectionReason) => {
    const report = reports.get(one.partyId);
    return report !== undefined && isOf(report, code);
  };
  return reasons.filter(
    (code) =>
      rejectionReason(code)?.bureau === true &&
      !trueOf(person, code) &&
      people.some((one) => one !== person && trueOf(one, code)),
  );
}

async function noticesFor(
  parts: LendingParts,
  facts: {
    declined: Declined;
    person: PersonOnFile;
    report: KeptReport | undefined;
    others: readonly RejectionReason[];
    together: boolean;
    isOf: IsOf;
  },
): Promise<Companion[]> {
  const { platform } = parts;
  const { declined, person, report, others, together, isOf } = facts;
  const { application, decision } = declined;
  const id = newId();
  const today = await platform.bankDay.today();
  const isApplicant = person.role === 'applicant';
  const told = isApplicant ? declined.reasons : declined.reasons.filter((code) => report && isOf(report, code));
  const reasons = told.map((code) => ({ code, aboutAnother: others.includes(code), together }));
  const final = application.contest !== null;
  const said = factsOf(report, isApplicant ? await noticeScore(parts, application) : null);
  const document: AdverseAction = {
    ...{ _id: id, applicationId: application._id, partyId: person.partyId, role: person.role, reasons },
    at: decision.at,
    on: dateText(today),
    contestUntil: final || !isApplicant ? null : dateText(today.add({ days: contestDays })),
    facts: await platform.vault.seal(person.partyId, adversePlace(id), JSON.stringify(said)),
  };
  const sentences = reasons.map(({ code, ...about }) => reasonSentence(code, about));
  const notice = isApplicant
    ? rejectionNotice(platform, application, { sentences, contestUntil: document.contestUntil })
    : participantRejectionNotice(platform, application, person.partyId);
  return [{ collection: adverseCollection, kind: 'insert', document: { ...document } }, notice];
}

/** A report that was asked for was before whoever decided, whatever the reasons are; the score is the applicant's. */
function factsOf(report: KeptReport | undefined, model: AdverseFacts['model']): AdverseFacts {
  if (!report) return { bureau: null, model };
  const { bureau: name, contact, on, score, keyFactors } = report.report;
  return { bureau: { name, contact, on, score, keyFactors }, model };
}
