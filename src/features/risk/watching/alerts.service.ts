import { createHash } from 'node:crypto';
import { Fault } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { LiveModels } from './expectations.ts';
import { passedByEither, type Finding, type PassedFinding } from './findings.ts';
import { monthsBefore } from './due.rules.ts';
import { watchingNames, type AlertLevel, type ModelAlert, type WatchingModels } from './month.model.ts';
import type { ModelMonth } from './month.ts';
import { together } from './window.ts';

export interface AlertParts extends WatchingModels {
  platform: Platform;
  live: LiveModels;
}

/** Writes each figure of a month that passed a threshold, once. What is too few for a verdict is looked at over a year. */
export async function raiseAlerts(parts: AlertParts, facts: { counted: ModelMonth; today: string }): Promise<void> {
  const { counted, today } = facts;
  const year = together(await monthsOf(parts, counted)) ?? counted;
  const found = passedByEither({ month: counted, year }, parts.live.get(counted.model)).filter(({ about }) =>
    isTold(about, counted),
  );
  for (const finding of found) await raise(parts, { counted, finding, today });
}

/** The model file describes all who apply; those with an offer always differ from them, and that needs nobody. */
function isTold(about: Finding['about'], { stage }: ModelMonth): boolean {
  return stage === 'application' || about === 'loans' || about === 'unscored';
}

const monthsTogether = 12;

function monthsOf({ months }: AlertParts, { stage, model, month }: ModelMonth): Promise<ModelMonth[]> {
  return months
    .find({ stage, model, month: operators({ $gte: monthsBefore(month, monthsTogether - 1), $lte: month }) })
    .sort({ month: 1 })
    .limit(monthsTogether)
    .lean<ModelMonth[]>()
    .exec();
}

async function raise(
  parts: AlertParts,
  { counted, finding, today }: { counted: ModelMonth; finding: PassedFinding; today: string },
): Promise<void> {
  const idOf = (level: AlertLevel) => alertId(counted, { ...finding, level });
  // Where it is to be acted on already, nobody needs the lesser word.
  const known = await parts.alerts.exists({ _id: operators({ $in: [idOf(finding.level), idOf('act')] }) });
  if (known) return;
  const { month, model, stage } = counted;
  const alert: ModelAlert = {
    ...{ _id: idOf(finding.level), month, model, stage, ...finding },
    ...{ raisedOn: today, raisedAt: bsonDate(parts.platform.clock.now()), state: 'open', acknowledged: null },
  };
  await write(parts, alert);
  if (finding.level === 'act') {
    await parts.alerts.updateOne({ _id: idOf('watch'), state: 'open' }, { $set: { state: 'replaced' } });
  }
}

async function write({ platform }: AlertParts, alert: ModelAlert): Promise<void> {
  const { _id, about, level, month, model } = alert;
  const entry = platform.audit.entry({
    ...{ actor: 'system', action: 'model-alert-raised', subject: { type: 'model-alert', id: _id } },
    details: { about, level, month, model: model.slice(0, 12), ...(alert.feature ? { feature: alert.feature } : {}) },
  });
  try {
    const insert = { collection: watchingNames.alerts, kind: 'insert', document: { ...alert } } as const;
    await commitTogether(platform.database, [insert, entry]);
  } catch (error) {
    // Another instance has found the same.
    if (!isDuplicateKey(error)) throw error;
  }
}

function alertId({ month, model }: ModelMonth, { about, feature, level }: Omit<Finding, 'value' | 'records'>): string {
  const named = JSON.stringify([month, model, about, feature, level]);
  return createHash('sha256').update(named).digest('hex').slice(0, 32);
}

export interface AcknowledgeOrder {
  id: string;
  actor: Actor;
  note: string;
}

/** `moved`: somebody else was quicker, or it was replaced; nothing was kept. */
export type Acknowledged = 'done' | 'moved';

/** Once. The same person's same note again is what was done before. */
export async function acknowledge(parts: AlertParts, { id, actor, note }: AcknowledgeOrder): Promise<Acknowledged> {
  const by = { userId: actor.userId, name: actor.displayName };
  const acknowledged = { by, at: bsonDate(parts.platform.clock.now()), note };
  const entry = parts.platform.audit.entry({
    ...{ actor: actor.userId, action: 'model-alert-acknowledged', subject: { type: 'model-alert', id } },
  });
  const change = { $set: { state: 'acknowledged', acknowledged } };
  const filter = { _id: id, state: 'open' };
  try {
    await commitTogether(parts.platform.database, [
      { collection: watchingNames.alerts, kind: 'update', filter, change },
      entry,
    ]);
    return 'done';
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    const now = await parts.alerts.findById(id).lean<ModelAlert>();
    const own = now?.acknowledged;
    return own?.by.userId === actor.userId && own.note === note ? 'done' : 'moved';
  }
}
