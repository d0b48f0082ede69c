import type { Actor } from '#core/roles.ts';
import type { Result } from '#core/result.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import { openWords } from '../offer/agreed-words.ts';
import type { AcceptedApplication } from './disbursal-documents.ts';

/** What others know and a payout asks; whatever is not wired stands in nobody's way. */
export interface PayoutChecks {
  /** Whether somebody's identity is verified: a sentence for staff and one for the borrower where it is not. */
  mayBorrow?(partyId: string): Promise<Result<unknown, { officer: string; borrower: string }>>;
  /** The applicant, and everybody who joined. */
  parties?(applicationId: string): Promise<string[]>;
  /** Names of the papers that are asked for and that nobody has verified. */
  documents?(application: Application): Promise<readonly string[]>;
  /** Who has joined and not signed. */
  unsigned?(applicationId: string): Promise<readonly { role: string }[]>;
  /** Whether the account at another bank is proved to be the borrower's. */
  bankProof?(application: Application): Promise<'none' | 'pending' | 'proved' | 'failed'>;
  /** Why this member of staff may not act on the file, as a sentence; undefined where they may. */
  conflict?(actor: Actor, application: Application): Promise<string | undefined>;
}

/** Something that stands in the way of a payout, told to each side. */
export interface PayoutBlock {
  code: 'condition' | 'document' | 'identity' | 'signature' | 'bank-proof';
  staff: string;
  borrower: string;
}

/** Everything that is missing before money may move, in the order in which it is best done. */
export async function payoutBlocks(
  { platform, checks }: { platform: Pick<Platform, 'vault'>; checks: PayoutChecks },
  application: AcceptedApplication,
): Promise<PayoutBlock[]> {
  const { conditions } = await openWords(platform.vault, application);
  const open = conditions.filter(({ met }) => met === null);
  return [
    ...open.map(({ text }) => ({
      code: 'condition' as const,
      staff: `Condition not met: ${text}`,
      borrower: `We wait for this: ${text}`,
    })),
    ...(await documentBlocks(checks, application)),
    ...(await identityBlocks(checks, application)),
    ...(await signatureBlocks(checks, application)),
    ...(await bankBlocks(checks, application)),
  ];
}

async function documentBlocks(checks: PayoutChecks, application: Application): Promise<PayoutBlock[]> {
  const open = (await checks.documents?.(application)) ?? [];
  if (open.length === 0) return [];
  const names = open.join('; ');
  const these = open.length === 1 ? 'this document' : 'these documents';
  return [
    {
      code: 'document',
      staff: `Not verified yet: ${names}.`,
      borrower: `We still have to check ${these}: ${names}. There is nothing for you to do.`,
    },
  ];
}

async function identityBlocks(checks: PayoutChecks, { _id, partyId }: Application): Promise<PayoutBlock[]> {
  if (!checks.mayBorrow) return [];
  const parties = (await checks.parties?.(_id)) ?? [partyId];
  const blocks: PayoutBlock[] = [];
  for (const one of new Set([partyId, ...parties])) {
    const verified = await checks.mayBorrow(one);
    if (verified.ok) continue;
    // In a list of what is missing nobody asks whether money moved.
    const officer = listed(verified.refusal.officer);
    const borrower = listed(verified.refusal.borrower);
    const isOther = one !== partyId;
    blocks.push({
      code: 'identity',
      staff: isOther ? `Co-applicant or guarantor: ${officer}` : officer,
      borrower: isOther ? 'Somebody who applies with you has to show us who they are first.' : borrower,
    });
  }
  return blocks;
}

function listed(sentence: string): string {
  return sentence.replace(/ Nothing was moved\.$/, '');
}

async function signatureBlocks(checks: PayoutChecks, { _id }: Application): Promise<PayoutBlock[]> {
  const missing = (await checks.unsigned?.(_id)) ?? [];
  return missing.map(({ role }) => ({
    code: 'signature',
    staff: `The ${role} has not signed the offer.`,
    borrower: `Your ${role} has to sign the offer, too.`,
  }));
}

async function bankBlocks(checks: PayoutChecks, application: AcceptedApplication): Promise<PayoutBlock[]> {
  if (application.acceptance?.payTo !== 'bank' || !checks.bankProof) return [];
  if ((await checks.bankProof(application)) === 'proved') return [];
  return [
    {
      code: 'bank-proof',
      staff: 'The account at the other bank is not proved to be the borrower’s.',
      borrower: 'Prove that the account at your other bank is yours.',
    },
  ];
}
