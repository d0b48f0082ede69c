import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import { conflict, notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Customers } from '#features/customers/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from './application.model.ts';
import { decideSubmit, type SubmitRefusal } from './application.rules.ts';
import {
  progressOf,
  stillMissing,
  type ApplicationPorts,
  type Progress,
  type StillMissing,
} from './application-progress.ts';
import { openWords, type AgreedWords } from '../offer/agreed-words.ts';
import { openSection } from './application-sealing.ts';
import { startApplication, type StartOrder } from './application-start.ts';
import { judgeSection, keptSection, type SectionRefusal } from './application-saving.ts';
import type { SectionAnswers, SectionInput, SectionName } from './application-sections.ts';
import { consentsOf, type Declared } from './consents.ts';
import { identityCheckRow } from '../identity-checks.ts';
import { scoreRow } from '../scoring/score-rows.ts';
import { moveApplication } from './application-moving.ts';
import { sharingBankAccount } from './shared-bank.ts';
import { next, type ApplicationAction } from './application-states.ts';
import {
  forgetUnfinished,
  keepUnfinished,
  openUnfinished,
  unfinishedSections,
  type Unfinished,
  type UnfinishedOrder,
  type UnfinishedRefusal,
} from './unfinished.ts';
import { unfinishedModel, type UnfinishedSection } from './unfinished.model.ts';

/** Which application, by whom, and the version that the form was shown for. */
export interface ApplicationOrder {
  actor: string;
  partyId: string;
  applicationId: string;
  version: number;
}

export type SubmissionRefusal = SubmitRefusal<SectionName, StillMissing['people'][number], string>;

/** The borrower's side of an application. An application of another party is not found. */
export interface Applications {
  /** A new draft, or the party's draft of the same product where there is one. */
  start(order: StartOrder): Promise<Result<Application, { code: 'unknown-product' }>>;
  /** Saves one section of a draft; gives the application as it is then. */
  saveSection(order: ApplicationOrder & SectionInput): Promise<Result<Application, SectionRefusal>>;
  /** Keeps what was typed into a section and makes no answers yet; gives when. */
  keepUnfinished(order: UnfinishedOrder): Promise<Result<Date, UnfinishedRefusal>>;
  openUnfinished(application: Application, section: SectionName): Promise<Unfinished | undefined>;
  /** What is missing, and what is there, of one that the borrower still works on. */
  progress(application: Application): Promise<Progress>;
  submit(order: ApplicationOrder & { declared: Declared }): Promise<Result<Application, SubmissionRefusal>>;
  withdraw(order: ApplicationOrder): Promise<Result<Application, { code: 'not-open' }>>;
  findOwn(partyId: string, applicationId: string): Promise<Application | undefined>;
  /** Newest first, at most a hundred. */
  listOwn(partyId: string): Promise<Application[]>;
  /** The answers of a section; undefined where it is not answered or the party's key was destroyed. */
  openSection<S extends SectionName>(
    application: Pick<Application, '_id' | 'sections'>,
    section: S,
  ): Promise<SectionAnswers[S] | undefined>;
  /** The officer's words in an offer: its conditions, and what each part of the payout waits for. */
  openWords(application: Application): Promise<AgreedWords>;
  /** The applicant as their profile has them, to start a section from that is not answered yet. */
  prefill(application: Application): Promise<Awaited<ReturnType<Customers['person']>>>;
  /** Other parties who named a bank account of this party on an application. */
  sharingBankAccount(partyId: string): Promise<string[]>;
  /** The version of the product that the application pinned. */
  productOf(application: Pick<Application, 'productVersionId'>): Promise<ProductVersion>;
}

interface Parts {
  platform: Platform;
  products: Pick<Products, 'liveByCode' | 'version'>;
  applications: Model<Application>;
  unfinished: Model<UnfinishedSection>;
  ports: ApplicationPorts;
}

export function createApplications(
  platform: Platform,
  deps: {
    customers: Pick<Customers, 'person'>;
    products: Pick<Products, 'liveByCode' | 'version'>;
    ports?: ApplicationPorts;
  },
): Applications {
  const { connection } = platform.database;
  const applications = applicationModel(connection);
  const { products, ports = {} } = deps;
  const parts: Parts = { platform, products, applications, ports, unfinished: unfinishedModel(connection) };
  return {
    start: (order) => startApplication(parts, order),
    saveSection: (order) => saveSection(parts, order),
    keepUnfinished: (order) => keepUnfinished(parts, order),
    openUnfinished: (application, section) => openUnfinished(parts, application, section),
    progress: async (application) => {
      const product = await productOf(parts, application.productVersionId);
      const unfinished = await unfinishedSections(parts, application);
      return progressOf(ports, { application, product, unfinished });
    },
    submit: (order) => submit(parts, order),
    withdraw: (order) => withdraw(parts, order),
    findOwn: (partyId, applicationId) => findOwn(parts, partyId, applicationId),
    listOwn: (partyId) =>
      applications.find({ partyId }).sort({ createdAt: -1 }).limit(100).lean<Application[]>().exec(),
    openSection: (application, section) => openSection(platform.vault, application, section),
    openWords: (application) => openWords(platform.vault, application),
    prefill: ({ partyId }) => deps.customers.person(partyId),
    sharingBankAccount: (partyId) => sharingBankAccount(applications, partyId),
    productOf: ({ productVersionId }) => productOf(parts, productVersionId),
  };
}

async function findOwn({ applications }: Parts, partyId: string, id: string): Promise<Application | undefined> {
  return (await applications.findOne({ _id: id, partyId }).lean<Application>()) ?? undefined;
}

async function productOf({ products }: Parts, id: string): Promise<ProductVersion> {
  return present(await products.version(id), 'The product version of an application');
}

/** The application as it was shown; another party's is not found, a newer version is a conflict. */
async function current(parts: Parts, order: ApplicationOrder, action: ApplicationAction): Promise<Current> {
  const application = await findOwn(parts, order.partyId, order.applicationId);
  if (!application) throw notFound('Application');
  // The state comes first: a form that is sent twice is told that it was sent, not that something changed.
  if (next(application.state, action) === undefined) return { open: false, application };
  if (application.version !== order.version) throw conflict('The application');
  return { open: true, application };
}

interface Current {
  open: boolean;
  application: Application;
}

async function saveSection(
  parts: Parts,
  order: ApplicationOrder & SectionInput,
): Promise<Result<Application, SectionRefusal>> {
  const { platform } = parts;
  const found = await current(parts, order, 'save');
  if (!found.open) return refuse({ code: 'not-open' });
  const { application } = found;
  const judged = judgeSection(order, {
    application,
    product: await productOf(parts, application.productVersionId),
    today: await platform.bankDay.today(),
  });
  if (judged) return refuse(judged);
  const at = bsonDate(platform.clock.now());
  const { sections: kept, bankIndex } = await keptSection(platform.vault, { application, at, input: order });
  const places = Object.fromEntries(Object.entries(kept).map(([name, value]) => [`sections.${name}`, value]));
  const set = { ...places, ...(bankIndex === undefined ? {} : { bankIndex }) };
  const moved = moveApplication(platform, { application, action: 'save', actor: order.actor, by: 'borrower', set });
  await commitTogether(platform.database, moved.companions);
  await forgetUnfinished(parts, application, order.section);
  if (order.section === 'terms') await parts.ports.people?.voidOldConsents(application._id);
  const sections = { ...application.sections, ...kept };
  return ok({ ...moved.application, sections, bankIndex: bankIndex ?? application.bankIndex });
}

async function submit(
  parts: Parts,
  order: ApplicationOrder & { declared: Declared },
): Promise<Result<Application, SubmissionRefusal>> {
  const { platform, ports } = parts;
  const found = await current(parts, order, 'submit');
  const { application } = found;
  const missing = await stillMissing(ports, application);
  const decided = decideSubmit({ open: found.open, missing, declared: order.declared });
  if (!decided.ok) return decided;
  const at = bsonDate(platform.clock.now());
  const consents = consentsOf(order.declared, at);
  const moved = moveApplication(platform, {
    ...{ application, action: 'submit', actor: order.actor, by: 'borrower' },
    details: { declared: consents.flatMap(({ given, wording }) => (given ? [wording] : [])).join(' ') },
    set: { submittedAt: application.submittedAt ?? at, consents },
  });
  await commitTogether(platform.database, [
    ...moved.companions,
    ...((await ports.people?.submissionGuards(application._id)) ?? []),
    identityCheckRow(platform, application._id),
    await scoreRow(platform, { application: moved.application, moment: 'submitted' }),
    noticeRow(platform.outbox, {
      partyId: application.partyId,
      title: `We have your application ${application.reference}`,
      text: `Your application for a ${application.productName.toLowerCase()} has reached us. A loan officer will look at it and you will find the decision here. You need to do nothing until then.`,
      href: `/loans/apply/${application._id}`,
    }),
  ]);
  await forgetUnfinished(parts, application);
  return ok(moved.application);
}

async function withdraw(parts: Parts, order: ApplicationOrder): Promise<Result<Application, { code: 'not-open' }>> {
  const found = await current(parts, order, 'withdraw');
  if (!found.open) return refuse({ code: 'not-open' });
  const { application } = found;
  const moved = moveApplication(parts.platform, {
    application,
    action: 'withdraw',
    actor: order.actor,
    by: 'borrower',
  });
  await commitTogether(parts.platform.database, moved.companions);
  await forgetUnfinished(parts, application);
  return ok(moved.application);
}
