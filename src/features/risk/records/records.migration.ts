import type { Database } from '#platform/mongo.ts';
import type { Migration } from '#platform/schema.ts';
import { erased, type Vault } from '#platform/vault/vault.ts';
import { judgementOf } from '../judging/judgement.ts';
import type { RiskModels } from '../models/shipped.ts';
import { policyCollection, type PolicyVersion } from '../policy/policy-version.model.ts';
import type { PolicyFacts } from '../policy/policy.ts';
import { watchingNames } from '../watching/month.model.ts';
import { recordCollection, type StoredRecord } from './record.model.ts';
import type { EvidenceRow } from './record.ts';
import { saidBy } from './said.ts';

interface Parts {
  vault: Vault;
  models: RiskModels;
}

const ofBefore = { moment: 'decided', stage: 'quoted' } as const;

/**
 * Records of decisions were scored by the model with a rate where there was an offer, which split them by their own
 * outcome. Each is scored anew from its own evidence by the model that scored the declined ones, and the months that were
 * counted of them are due again.
 */
export function recordsMigration(parts: Parts): Migration {
  return {
    id: 'score-records-of-decisions-at-one-stage',
    run: async (database) => {
      const records = database.db.collection<StoredRecord>(recordCollection);
      let scored = 0;
      for await (const record of records.find(ofBefore)) {
        const set = await scoredAnew(parts, { database, record });
        const guard = { _id: record._id, sequence: record.sequence, ...ofBefore };
        await records.updateOne(guard, { $set: { ...set, quoted: quotedOf(record) } });
        scored += 1;
      }
      if (scored > 0) await database.db.collection(watchingNames.marks).deleteMany({});
    },
  };
}

type Anew = ReturnType<typeof saidBy> & Partial<Pick<StoredRecord, 'facts'>>;

async function scoredAnew(
  { vault, models }: Parts,
  { database, record }: { database: Database; record: StoredRecord },
): Promise<Anew | Pick<StoredRecord, 'stage' | 'model' | 'scored' | 'fault' | 'challenger'>> {
  const place = { collection: recordCollection, document: record._id };
  const opened = await vault.openAll(place, { evidence: record.evidence, facts: record.facts });
  const { sha256 } = models.models.application;
  const nothing = { stage: 'application', model: sha256, scored: null, challenger: null } as const;
  // Erased: what the other model would have said cannot be known any more.
  if (opened.evidence === erased || opened.facts === erased)
    return { ...nothing, fault: { field: 'unknown', message: 'could not be read by the model' } };
  const { subject, policyVersion: version } = record;
  const policy = await database.db.collection<PolicyVersion>(policyCollection).findOne({ version });
  const content = policy?.content ?? { rules: [], pricing: [], limits: noLimits };
  const judgement = judgementOf(
    { models, challenger: undefined, policy: { version, content } },
    {
      ...{ stage: 'application', subject },
      evidence: JSON.parse(opened.evidence) as EvidenceRow,
      facts: JSON.parse(opened.facts) as PolicyFacts,
    },
  );
  const said = saidBy(judgement);
  const { facts } = await vault.sealAll(record.partyId, place, { facts: JSON.stringify(judgement.facts) });
  return { ...said, outcome: policy ? said.outcome : record.outcome, facts };
}

const noLimits = { customerExposure: null, productShare: null, weakGradesShare: null };

function quotedOf({ scored, model, challenger }: StoredRecord): StoredRecord['quoted'] {
  if (!scored) return null;
  const { approvalProbability, grade, riskScore } = scored;
  return { model, approvalProbability, grade, riskScore, challenger };
}
