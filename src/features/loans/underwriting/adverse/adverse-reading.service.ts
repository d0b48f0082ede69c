import type { Model } from 'mongoose';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { erased } from '#platform/vault/vault.ts';
import { applicationModel, type Application } from '../../applying/application.model.ts';
import { moveApplication } from '../../applying/application-moving.ts';
import { adverseModel, adversePlace, type AdverseAction, type AdverseFacts } from './adverse-action.model.ts';
import { contestDays, contestFault, type ContestRefusal } from './adverse.rules.ts';

/** A notice as its reader has it. */
export interface AdverseNotice {
  notice: AdverseAction;
  application: Application;
  /** Null where the person's data were erased. */
  facts: AdverseFacts | null;
  /** Why the applicant cannot contest it now; undefined where they can. */
  contestFault: ContestRefusal | undefined;
}

export interface ContestOrder {
  actor: string;
  partyId: string;
  applicationId: string;
  version: number;
  text: string;
}

/** What somebody who was turned down reads, and how they ask for another person to look at it. */
export interface Declines {
  /** The latest notice that this party has of an application; undefined where there is none. */
  find(partyId: string, applicationId: string): Promise<AdverseNotice | undefined>;
  /** Once an application: it goes back to the desk, for a senior who did not decide before. */
  contest(order: ContestOrder): Promise<Result<Application, ContestRefusal | { code: 'moved' }>>;
}

interface Parts {
  platform: Platform;
  applications: Model<Application>;
  notices: Model<AdverseAction>;
}

export const contestPlace = (applicationId: string) => ({
  collection: 'applications',
  document: applicationId,
  field: 'contest.text',
});

export function createDeclines(platform: Platform): Declines {
  const { connection } = platform.database;
  const parts = { platform, applications: applicationModel(connection), notices: adverseModel(connection) };
  return {
    find: (partyId, applicationId) => find(parts, partyId, applicationId),
    contest: (order) => contest(parts, order),
  };
}

async function find(parts: Parts, partyId: string, applicationId: string): Promise<AdverseNotice | undefined> {
  const { notices, applications, platform } = parts;
  const [notice] = await notices
    .find({ applicationId, partyId })
    .sort({ at: -1, _id: -1 })
    .limit(1)
    .lean<AdverseAction[]>();
  const application = notice && (await applications.findOne({ _id: applicationId }).lean<Application>());
  if (!application) return undefined;
  const text = await platform.vault.open(adversePlace(notice._id), notice.facts);
  return {
    notice,
    application,
    facts: text === erased ? null : (JSON.parse(text) as AdverseFacts),
    contestFault: notice.role === 'applicant' ? await faultOf(parts, application) : { code: 'not-declined' },
  };
}

/** Counted from the decision itself: a decline of before notices were kept can be contested too. */
async function faultOf({ platform }: Parts, application: Application): Promise<ContestRefusal | undefined> {
  const { state, contest: earlier, decision } = application;
  const { timeZone } = platform;
  const decidedOn = decision && Temporal.Instant.fromEpochMilliseconds(decision.at.getTime());
  const day = decidedOn?.toZonedDateTimeISO(timeZone).toPlainDate();
  return contestFault({
    state,
    contested: earlier !== null,
    until: day ? dateText(day.add({ days: contestDays })) : '',
    today: dateText(await platform.bankDay.today()),
  });
}

async function contest(
  parts: Parts,
  order: ContestOrder,
): Promise<Result<Application, ContestRefusal | { code: 'moved' }>> {
  const { platform, applications } = parts;
  const { actor, partyId, applicationId, version, text } = order;
  const application = await applications.findOne({ _id: applicationId, partyId }).lean<Application>();
  if (!application) throw notFound('Application');
  const fault = await faultOf(parts, application);
  if (fault) return refuse(fault);
  if (application.version !== version || !application.decision) return refuse({ code: 'moved' });
  const sealed = await platform.vault.seal(partyId, contestPlace(applicationId), text);
  const moved = moveApplication(platform, {
    ...{ application, action: 'contest', actor, by: 'borrower' },
    set: {
      contest: { at: bsonDate(platform.clock.now()), text: sealed, against: application.decision },
      ...{ decision: null, level: 'senior', assignee: null, lock: null },
    },
  });
  const notice = noticeRow(platform.outbox, {
    partyId,
    title: 'Another person looks at your application again',
    text: `We have what you wrote about application ${application.reference}. A senior officer who did not decide before looks at the whole file, and you will find the decision here. That decision is final.`,
    href: `/loans/apply/${applicationId}`,
  });
  await commitTogether(platform.database, [...moved.companions, notice]);
  return ok(moved.application);
}
