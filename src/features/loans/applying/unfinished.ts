import type { Model } from 'mongoose';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { erased } from '#platform/vault/vault.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from './application.model.ts';
import { isEditable } from './application-states.ts';
import { neededSections, sectionNames, type SectionName } from './application-sections.ts';
import { unfinishedCollection, type UnfinishedSection } from './unfinished.model.ts';

/** Nothing that is typed into these forms is longer; more of it would only be somebody filling our disk. */
const longestValue = 300;
const mostValues = 60;

export interface UnfinishedOrder {
  application: Application;
  section: SectionName;
  values: Readonly<Record<string, string>>;
  /** The version that the form was shown for, where no person pressed a button: older pages keep quiet then. */
  shownVersion?: number;
}

export type UnfinishedRefusal = { code: 'not-open' } | { code: 'newer-answers' };

interface Parts {
  platform: Pick<Platform, 'vault' | 'clock'>;
  unfinished: Model<UnfinishedSection>;
}

const idOf = (application: Pick<Application, '_id'>, section: SectionName) => `${application._id}:${section}`;
const placeOf = (document: string) => ({ collection: unfinishedCollection, document, field: 'values' });

/** Keeps what was typed, complete or not; gives when. It is no answer yet: the section stays as it is. */
export async function keepUnfinished(
  { platform, unfinished }: Parts,
  order: UnfinishedOrder,
): Promise<Result<Date, UnfinishedRefusal>> {
  const { application, section, values, shownVersion } = order;
  if (!isEditable(application.state) || !neededSections(application).includes(section))
    return refuse({ code: 'not-open' });
  const isOld = shownVersion !== undefined && shownVersion !== application.version;
  // A window that was forgotten open must not put its old text over answers that were saved since.
  if (isOld && application.sections[section] !== null) return refuse({ code: 'newer-answers' });
  const entries = Object.entries(values).slice(0, mostValues);
  const text = JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, value.slice(0, longestValue)])));
  const _id = idOf(application, section);
  const sealed = await platform.vault.seal(application.partyId, placeOf(_id), text);
  const savedAt = bsonDate(platform.clock.now());
  const set = { applicationId: application._id, section, sealed, savedAt };
  await unfinished.updateOne({ _id }, { $set: set }, { upsert: true });
  return ok(savedAt);
}

export interface Unfinished {
  values: Record<string, string>;
  savedAt: Date;
}

/** What was typed after the section was last saved; undefined where there is none, or the borrower's key was destroyed. */
export async function openUnfinished(
  { platform, unfinished }: Parts,
  application: Application,
  section: SectionName,
): Promise<Unfinished | undefined> {
  const _id = idOf(application, section);
  const kept = await unfinished.findOne({ _id }).lean<UnfinishedSection>();
  if (!kept || !isNewer(application, kept)) return undefined;
  const text = await platform.vault.open(placeOf(_id), kept.sealed);
  if (text === erased) return undefined;
  return { values: JSON.parse(text) as Record<string, string>, savedAt: kept.savedAt };
}

/** The sections of an application in which something was typed since they were last saved. */
export async function unfinishedSections({ unfinished }: Parts, application: Application): Promise<SectionName[]> {
  const found = await unfinished
    .find({ applicationId: application._id }, { section: 1, savedAt: 1 })
    .limit(sectionNames.length)
    .lean<UnfinishedSection[]>();
  return found.filter((kept) => isNewer(application, kept)).map(({ section }) => section);
}

function isNewer({ sections }: Application, { section, savedAt }: UnfinishedSection): boolean {
  const answered = sections[section];
  return answered === null || savedAt > answered.savedAt;
}

/** Once a section is saved, or an application is sent or withdrawn, what was typed on the way is nobody's business. */
export async function forgetUnfinished(
  { unfinished }: Parts,
  application: Pick<Application, '_id'>,
  section?: SectionName,
): Promise<void> {
  await (section === undefined
    ? unfinished.deleteMany({ applicationId: application._id })
    : unfinished.deleteOne({ _id: idOf(application, section) }));
}
