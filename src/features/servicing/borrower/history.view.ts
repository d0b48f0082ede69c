import type { Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { changeText, feesAndPenalties, isMoneyIn, transactionName } from './transaction-words.ts';

const rowsShown = 30;

interface Facts {
  told: Pick<Told, 'run' | 'transactions'>;
  formats: Formats;
}

/** The tab of payments: everything that happened on the loan, newest first. */
export function historyTab(facts: Facts & { loanId: string; page: number }) {
  const { page, loanId } = facts;
  const { transactions } = facts.told;
  const undoing = new Map(transactions.map((one) => [one.reverses, one]));
  const shown = transactions.toReversed().slice((page - 1) * rowsShown, page * rowsShown);
  return {
    table: {
      caption: `Everything that happened on the loan, newest first, amounts in ${facts.formats.currency}`,
      columns: [
        { key: 'what', label: 'What' },
        { key: 'on', label: 'Date', hideSmall: true },
        { key: 'principal', label: 'Principal', kind: 'num', hideSmall: true },
        { key: 'interest', label: 'Interest', kind: 'num', hideSmall: true },
        { key: 'fee', label: 'Fees, penalties', kind: 'num', hideSmall: true },
        { key: 'amount', label: 'Amount', kind: 'num' },
      ],
      rows: shown.map((one) => ({ cells: cellsOf(one, { ...facts, undoneBy: undoing.get(one._id) }) })),
    },
    paging: pagingView({
      page,
      total: transactions.length,
      size: rowsShown,
      path: paths.loan(loanId),
      query: { tab: 'payments' },
    }),
  };
}

function cellsOf(one: LoanTransaction, facts: Facts & { undoneBy: LoanTransaction | undefined }) {
  const { formats, undoneBy } = facts;
  const on = formats.date(one.on);
  const money = (amount: LoanTransaction['amount']) => (amount === zero ? '' : formats.money(amount));
  const isShared = isMoneyIn(one);
  return {
    what: {
      text: nameOf(one, facts),
      ...(isShared ? { href: paths.receipt(one.loanId, one._id) } : {}),
      ...(undoneBy ? { badge: { kind: 'neutral', text: 'Undone' } } : {}),
      sub: subText(one, formats),
      subSmall: on,
    },
    on: one.on === one.recordedOn ? on : { text: on, sub: `Recorded ${formats.date(one.recordedOn)}` },
    principal: isShared || one.kind === 'disbursal' ? money(one.principal) : '',
    interest: isShared ? money(one.interest) : '',
    fee: isShared ? money(feesAndPenalties(one)) : '',
    amount: money(one.amount),
  };
}

/** With the instalments that it settled, as they stand now, and with what it undid. */
function nameOf(one: LoanTransaction, { told, formats }: Facts): string {
  const undone = told.transactions.find(({ _id }) => _id === one.reverses);
  const rows = told.run.rows.filter((row) => row.known && row.settledBy === one._id).map(({ n }) => n);
  return transactionName(one, {
    formats,
    ...(undone ? { undone } : {}),
    ...(rows.length > 0 ? { rows } : {}),
  });
}

function subText(one: LoanTransaction, formats: Formats): string | undefined {
  if (one.kind === 'disbursal' && one.fee > zero) return `After a fee of ${formats.moneyWithCurrency(one.fee)}`;
  if (one.kind === 'prepayment') {
    return one.effect === 'lower-instalment' ? 'The instalments are lower since' : 'The loan ends sooner since';
  }
  if (one.ahead > zero) return `${formats.moneyWithCurrency(one.ahead)} kept for the next instalment`;
  if (one.channel === 'autopay') return 'By autopay';
  if (one.kind === 'write-off') return 'Nothing is added to it any more; what was owed is still owed';
  return changeText(one, formats);
}

const eventsShown = 5;

/** What happened last, newest first, after what comes next. */
export function timeline(
  facts: Facts & { next: { text: string; on: string } | undefined },
): { text: string; time: string; datetime: string; state: string }[] {
  const { told, formats, next } = facts;
  const last = told.transactions
    .toReversed()
    .slice(0, eventsShown)
    .map((one, index) => {
      const name = nameOf(one, facts);
      return {
        text: one.amount === zero ? name : `${name}, ${formats.money(one.amount)}`,
        time: formats.instant(one.at),
        datetime: one.at.toISOString(),
        state: index === 0 ? 'now' : 'past',
      };
    });
  if (!next) return last;
  return [{ text: next.text, time: formats.date(next.on), datetime: next.on, state: 'next' }, ...last];
}
