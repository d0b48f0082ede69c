import { formatsIn, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { may, type Actor } from '#core/roles.ts';
import type { Loan } from '#features/loans/index.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { ToldTransaction } from './loan-record.service.ts';
import { partsText } from './loan-record.view.ts';
import { changeTexts, channelNames, transactionText } from './transaction-texts.ts';

export function transactionsTab(
  told: readonly ToldTransaction[],
  facts: { loan: Loan; total: number; page: number; actor: Actor; formats: Formats },
) {
  const { loan, total, page, actor } = facts;
  const formats = formatsIn(loan.currency, facts.formats);
  return {
    items: told.map((line) => transactionItem(line, { loan, actor, formats })),
    note: `${total} in all, newest first, amounts in ${loan.currency}`,
    paging: pagingView({ page, total, path: paths.staffLoan(loan._id), query: { tab: 'transactions' } }),
  };
}

function transactionItem(
  { one, reason, who, reversible, undoneBy, hasJournal }: ToldTransaction,
  { loan, actor, formats }: { loan: Loan; actor: Actor; formats: Formats },
) {
  const used = partsText(one, formats);
  const late = one.on === one.recordedOn ? '' : `, counts from ${formats.date(one.on)}`;
  const undoes = one.reverses === undefined ? undefined : 'Undoes an earlier transaction';
  return {
    number: one.number,
    title: transactionText(one, formats),
    amount: one.amount === zero ? '' : formats.money(one.amount),
    badge: undoneBy === undefined ? undefined : { kind: 'neutral', text: 'Undone' },
    when: `Recorded on ${formats.date(one.recordedOn)}${late}`,
    who: who === undefined ? channelNames[one.channel] : `${who}, ${channelNames[one.channel]}`,
    used:
      used === '' || one.kind === 'charge'
        ? undefined
        : `Used for ${used}${one.ahead > zero ? `, ahead ${formats.money(one.ahead)}` : ''}`,
    change: changeTexts(one.change, formats).join(', ') || undoes,
    reason: reason === '' ? undefined : reason,
    journal: hasJournal ? { href: paths.staffLoanJournal(loan._id, one._id), text: 'Journal' } : undefined,
    undo:
      reversible && may(actor, 'loan:service')
        ? {
            href: `${paths.staffLoanAct(loan._id, 'undo')}?${new URLSearchParams({ transaction: one._id }).toString()}`,
            text: 'Undo',
          }
        : undefined,
  };
}
