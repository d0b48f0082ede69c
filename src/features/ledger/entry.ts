import { zero } from '#core/money.ts';
import type { AccountState, Posting } from './account.rules.ts';
import { onNormalSide } from './chart.rules.ts';
import type { Journal } from './ledger.model.ts';
import type { Entry } from './queries.ts';

/** A journal as a line of an account's history; none where it does not touch the account. */
export function entriesIn(journal: Journal, account: Pick<AccountState, '_id' | 'kind'>): Entry[] {
  const posting = journal.postings.find((one) => one.account === account._id);
  return posting ? [entryOf({ journal, posting, account })] : [];
}

function entryOf(facts: { journal: Journal; posting: Posting; account: Pick<AccountState, 'kind'> }): Entry {
  const { journal, posting, account } = facts;
  return {
    key: journal._id,
    kind: journal.kind,
    reference: journal.reference,
    effectiveOn: journal.effectiveOn,
    ...(journal.bookedOn === undefined ? {} : { bookedOn: journal.bookedOn }),
    late: journal.late === true,
    postedAt: journal.postedAt,
    amount: onNormalSide(posting.amount, account.kind),
    balanceAfter: onNormalSide(posting.balanceAfter, account.kind),
    held: posting.heldAfter ?? zero,
    seq: posting.seq,
    ...(journal.hold === undefined ? {} : { hold: journal.hold }),
  };
}
