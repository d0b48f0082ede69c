import type { PlainDate } from '#core/calendar.ts';
import { bsonDate } from '#platform/clock.ts';
import type { ScreenedPerson, ScreeningHit, ScreeningOutcome } from '../screening/screening.ts';
import { kycNames, type HistoryWord, type ScreeningRecord } from './kyc.model.ts';
import type { CheckVerdict } from './kyc.rules.ts';
import { newCheck, system, type KycParts } from './kyc-parts.ts';

const verdicts: Record<ScreeningRecord['result'], CheckVerdict> = {
  clear: 'passed',
  'possible-match': 'review',
  'not-screened': 'not-done',
};

export const screeningWords: Record<ScreeningRecord['result'], HistoryWord> = {
  clear: 'screened-clear',
  'possible-match': 'screened-match',
  'not-screened': 'not-screened',
};

export const hitsPlace = (partyId: string) => ({
  collection: kycNames.records,
  document: partyId,
  field: 'screening.hits',
});

/** Asks the port; undefined where it is out of reach, so that the check stays open and can be asked for again. */
export async function screened(
  parts: KycParts,
  facts: { partyId: string; people: readonly ScreenedPerson[]; today: PlainDate },
) {
  const { platform, screener } = parts;
  const { partyId, people, today } = facts;
  let outcomes: ScreeningOutcome[];
  try {
    outcomes = await Promise.all(people.map((person) => screener.screen(person)));
  } catch (error) {
    platform.logger.error({ err: error, party: partyId }, 'A name could not be screened; its check stays open');
    return undefined;
  }
  const screening = await recordOfScreening(parts, partyId, outcomes);
  const check = newCheck(parts, { verdict: verdicts[screening.result], by: system, today });
  return { screening, check };
}

async function recordOfScreening(
  { platform }: KycParts,
  partyId: string,
  outcomes: readonly ScreeningOutcome[],
): Promise<ScreeningRecord> {
  const hits = outcomes.flatMap((one) => (one.result === 'possible-match' ? one.hits : []));
  const none = outcomes.find((one) => one.result === 'not-screened');
  const asked = outcomes.find((one) => one.result !== 'not-screened');
  const result = hits.length > 0 ? 'possible-match' : none ? 'not-screened' : 'clear';
  const text = JSON.stringify(uniqueHits(hits));
  return {
    result,
    at: bsonDate(platform.clock.now()),
    said: none && hits.length === 0 ? none.why : `Screened against ${asked?.list ?? 'no list'}.`,
    strong: hits.some(({ agreed }) => agreed === 'name-and-birth-date'),
    hits: hits.length === 0 ? null : await platform.vault.seal(partyId, hitsPlace(partyId), text),
    judged: null,
  };
}

function uniqueHits(hits: readonly ScreeningHit[]): ScreeningHit[] {
  return [...new Map(hits.map((hit) => [`${hit.entry} ${hit.agreed}`, hit])).values()];
}

/** The hits as they were sealed; after an erasure there are none to show. */
export async function openHits({ platform }: KycParts, partyId: string, screening: ScreeningRecord) {
  if (screening.hits === null) return [];
  const text = await platform.vault.open(hitsPlace(partyId), screening.hits);
  return text.startsWith('[') ? (JSON.parse(text) as ScreeningHit[]) : [];
}
