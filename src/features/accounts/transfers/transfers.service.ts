import { dateText, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Platform } from '#platform/platform.ts';
import { accountModel } from '../account.model.ts';
import type { TransferParts } from './parts.ts';
import { acquaintanceModel, payeeModel } from './payee.model.ts';
import { createPayees, type Payees } from './payee.service.ts';
import { runDueTransfers, type RunReport } from './schedule-run.service.ts';
import { scheduleModel } from './schedule.model.ts';
import { createSchedules, type Schedules } from './schedule.service.ts';
import { factsOf, findFrom, findReceiver } from './sides.service.ts';
import { findTransfer, type ShownTransfer } from './shown-transfer.service.ts';
import { createTransferTexts, type TransferTexts } from './transfer-texts.service.ts';
import { transferModel } from './transfer.model.ts';
import {
  judgeAmount,
  judgeDay,
  judgeSides,
  judgeTransfer,
  leftOn,
  type Payer,
  type TransferRefusal,
} from './transfer.rules.ts';
import { transfer, type TransferOrder, type TransferOutcome } from './transfer.service.ts';

/** What the check page shows of a transfer that was entered, and that nothing speaks against now. */
export interface CheckedTransfer {
  payer: Payer;
  /** The masked name, or what the own account is called. */
  shownName: string;
  relation: 'own' | 'other';
  /** `nobody-new` needs no tick: the name was confirmed before, or the account is one's own. */
  acquaintance: 'nobody-new' | 'first-time';
  number: string;
  /** What may still go to a payee who is new; undefined where that limit does not apply. */
  sentWhileNew: Payer['available'] | undefined;
  /** What is left of the day's limit; undefined where there is none. */
  leftToday: Payer['available'] | undefined;
}

export type CheckOrder = Pick<TransferOrder, 'partyId' | 'fromId' | 'target' | 'amount'> & {
  /** A later one is judged without what is on the account today. */
  when: 'now' | 'later';
};

export interface Transfers {
  /** What would become of it; nothing is kept and nothing moves. */
  check(order: CheckOrder): Promise<Result<CheckedTransfer, TransferRefusal>>;
  transfer(order: TransferOrder): Promise<TransferOutcome>;
  /** A transfer as one of its two sides sees it; undefined where it is not the person's. */
  find(partyId: string, key: string): Promise<ShownTransfer | undefined>;
  payees: Payees;
  schedules: Schedules;
  /** For the daily job; may be called again, at once and after a crash. */
  runDueTransfers(today: PlainDate): Promise<RunReport>;
  /** How the lines of an account's history name its transfers. */
  texts: TransferTexts;
}

export function createTransfers(
  platform: Platform,
  deps: { ledger: Ledger; customers: Pick<Customers, 'names'> },
): Transfers {
  const { connection } = platform.database;
  const parts: TransferParts = {
    platform,
    ...deps,
    accounts: accountModel(connection),
    transfers: transferModel(connection),
    payees: payeeModel(connection),
    acquaintances: acquaintanceModel(connection),
    schedules: scheduleModel(connection),
  };
  return {
    check: (order) => check(parts, order),
    transfer: (order) => transfer(parts, order),
    find: (partyId, key) => findTransfer(parts, { partyId, key }),
    payees: createPayees(parts),
    schedules: createSchedules(parts),
    runDueTransfers: (today) => runDueTransfers(parts, today),
    texts: createTransferTexts(parts),
  };
}

async function check(parts: TransferParts, order: CheckOrder): Promise<Result<CheckedTransfer, TransferRefusal>> {
  const { partyId, amount, when } = order;
  const [from, receiver] = await Promise.all([findFrom(parts, order), findReceiver(parts, order)]);
  const facts = await factsOf(parts, { partyId, from, receiver });
  const payer = judgeSides(facts);
  if (!payer.ok) return payer;
  const judged = when === 'now' ? judgeTransfer(facts, amount) : judgeAmount(payer.value, amount);
  if (!judged.ok) return judged;
  const leftToday = leftOn(dateText(await parts.platform.bankDay.today()), payer.value);
  const day = when === 'now' ? judgeDay(payer.value, { amount, leftToday }) : ok('later');
  if (!day.ok) return day;
  if (!receiver) return refuse({ code: 'unknown-target' });
  const { shownName, relation, nameKnown, account } = receiver;
  return ok({
    payer: payer.value,
    shownName,
    relation,
    acquaintance: nameKnown ? 'nobody-new' : 'first-time',
    number: account.number,
    sentWhileNew: facts.sentWhileNew,
    leftToday,
  });
}
