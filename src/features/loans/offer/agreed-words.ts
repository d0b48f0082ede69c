import { newId } from '#core/ids.ts';
import type { Vault } from '#platform/vault/vault.ts';
import type { Application, Condition, PlannedTranche } from '../applying/application.model.ts';
import type { PlannedPart } from '../key-facts/key-facts.ts';
import { planOf } from './tranche-plan.ts';

export interface OpenCondition extends Omit<Condition, 'text'> {
  text: string;
}

export interface OpenTranche extends Omit<PlannedTranche, 'stage'> {
  /** Empty for the first. */
  stage: string;
}

/** What an officer wrote into an offer in words of their own, opened: they may name a street or a person. */
export interface AgreedWords {
  conditions: OpenCondition[];
  /** How the loan is paid out; empty where there is no offer. */
  plan: OpenTranche[];
}

type Owner = Pick<Application, '_id' | 'partyId'>;

const placeOf = (applicationId: string, field: string) => ({
  collection: 'applications',
  document: applicationId,
  field,
});
export const conditionPlace = (applicationId: string, id: string) => placeOf(applicationId, `condition.${id}.text`);
export const stagePlace = (applicationId: string, n: number) => placeOf(applicationId, `tranche.${n}.stage`);

/** Conditions that nobody has met yet, each once. */
export async function sealConditions(
  vault: Vault,
  { _id, partyId }: Owner,
  texts: readonly string[],
): Promise<Condition[]> {
  return Promise.all(
    [...new Set(texts)].map(async (text) => {
      const id = newId();
      return { id, text: await vault.seal(partyId, conditionPlace(_id, id), text), met: null };
    }),
  );
}

/** A plan of which nothing is paid out yet. */
export async function sealPlan(
  vault: Vault,
  { _id, partyId }: Owner,
  plan: readonly PlannedPart[],
): Promise<PlannedTranche[]> {
  return Promise.all(
    plan.map(async ({ n, amount, stage }) => ({
      ...{ n, amount, paid: null },
      stage: stage === '' ? null : await vault.seal(partyId, stagePlace(_id, n), stage),
    })),
  );
}

/** The words of an offer; `(erased)` where the borrower's key was destroyed. */
export async function openWords(
  vault: Vault,
  { _id, conditions, tranches, offer }: Pick<Application, '_id' | 'conditions' | 'tranches' | 'offer'>,
): Promise<AgreedWords> {
  const plan = offer ? planOf({ tranches, offer }) : [];
  return {
    conditions: await Promise.all(
      conditions.map(async (one) => ({ ...one, text: await vault.open(conditionPlace(_id, one.id), one.text) })),
    ),
    plan: await Promise.all(
      plan.map(async (part) => ({
        ...part,
        stage: part.stage === null ? '' : await vault.open(stagePlace(_id, part.n), part.stage),
      })),
    ),
  };
}
