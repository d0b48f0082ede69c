import { Router, type Request, type Response } from 'express';
import { unreachable } from '#core/assert.ts';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize, pagingView } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { depositForm, openAccountForm } from './accounts.forms.ts';
import { mostAccounts, type Accounts, type DepositAccount } from './accounts.service.ts';
import { accountCard, accountOptions, historyColumns, historyRows, noHistory } from './accounts.view.ts';
import type { DepositRefusal } from './deposit.service.ts';

export interface AccountRouteParts {
  platform: Platform;
  accounts: Accounts;
  pages: Pages;
}

/** `/accounts` and `/deposit`. */
export function accountRoutes(parts: AccountRouteParts): Router {
  const { accounts, pages, platform } = parts;
  const { formats } = platform;
  const router = Router();

  router.get('/accounts', permission('account:own'), async (_req, res) => {
    const own = await accounts.listOwn(ownParty(res));
    const full = own.length >= mostAccounts;
    const model = {
      title: 'Accounts',
      accounts: own.map((account) => accountCard(account, formats)),
      depositHref: paths.deposit,
      ...(full ? { sub: `You have ${mostAccounts} accounts, which is the most one person can have` } : {}),
      ...(full ? {} : { openHref: paths.openAccount }),
    };
    await pages.show(res, { view: 'accounts/list', model });
  });
  router.get('/accounts/open', permission('account:open'), async (_req, res) => {
    await pages.show(res, { view: 'accounts/open', model: openPage(emptyForm) });
  });
  router.post('/accounts/open', permission('account:open'), (req, res) => openAccount(parts, req, res));
  router.get('/accounts/:accountId', permission('account:own'), (req, res) => showAccount(parts, req, res));
  router.get('/accounts/:accountId/balance', permission('account:own'), async (req, res) => {
    const account = await ownAccount(parts, req, res);
    const card = accountCard(account, formats);
    const asOf = `At ${formats.instant(new Date(platform.clock.now().epochMilliseconds))}`;
    const model = { title: 'Balance', crumbs: balanceCrumbs(account), card, asOf };
    await pages.show(res, { view: 'accounts/balance', model });
  });
  depositRoutes(parts, router);
  return router;
}

function balanceCrumbs({ id, name }: DepositAccount) {
  return [{ text: 'Accounts', href: paths.accounts }, { text: name, href: paths.account(id) }, { text: 'Balance' }];
}

/** The form with a fresh key, which becomes the account's id. */
function openPage(form: FormState) {
  return {
    title: 'Open an account',
    crumbs: [{ text: 'Accounts', href: paths.accounts }, { text: 'Open an account' }],
    form,
    key: newId(),
  };
}

async function openAccount({ accounts, pages }: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(openAccountForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'accounts/open', model: openPage(parsed.form) });
    return;
  }
  const { key: id, name } = parsed.value;
  const opened = await accounts.open({ actor: actor(res).userId, partyId: ownParty(res), name, id });
  if (!opened.ok) {
    const sentence = `You have ${mostAccounts} accounts already, which is the most one person can have`;
    await pages.refused(res, { view: 'accounts/open', model: openPage(withError(parsed.form, 'name', sentence)) });
    return;
  }
  flash(req, { kind: 'success', text: 'Your account is open. Add money to use it.' });
  res.redirect(303, paths.account(opened.value.id));
}

async function ownAccount({ accounts }: AccountRouteParts, req: Request, res: Response) {
  const account = await accounts.findOwn(ownParty(res), pathParameter(req.params.accountId));
  if (!account) throw notFound('Account');
  return account;
}

async function showAccount(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages, platform } = parts;
  const account = await ownAccount(parts, req, res);
  const page = pageNumber(req.query);
  const { entries, total } = await accounts.history(account.id, { page, size: pageSize });
  const card = accountCard(account, platform.formats);
  const model = {
    title: card.name,
    crumbs: [{ text: 'Accounts', href: paths.accounts }, { text: card.name }],
    card,
    figures: [
      { label: 'Balance', value: card.balance, note: account.currency, href: paths.accountBalance(account.id) },
      { label: 'Available', value: platform.formats.money(account.available), note: account.currency },
      { label: 'Account number', value: account.number.replace(/(\d{4})(?=\d)/g, '$1 ') },
      { label: 'Opened', value: platform.formats.date(account.openedOn) },
    ],
    columns: historyColumns,
    rows: historyRows(entries, platform.formats),
    empty: noHistory({ accountId: account.id, total }),
    paging: pagingView({ page, total, path: paths.account(account.id) }),
    depositHref: `${paths.deposit}?account=${account.id}`,
    caption: `Newest first, amounts in ${account.currency}`,
  };
  await pages.show(res, { view: 'accounts/account', model });
}

function depositRoutes(parts: AccountRouteParts, router: Router): void {
  const { accounts, pages, platform } = parts;
  router.get('/deposit', permission('deposit:make'), async (req, res) => {
    const chosen = typeof req.query.account === 'string' ? req.query.account : '';
    await pages.show(res, {
      view: 'accounts/deposit',
      model: await depositPage(parts, res, formOf({ accountId: chosen })),
    });
  });
  router.post('/deposit', permission('deposit:make'), (req, res) => makeDeposit(parts, req, res));
  router.get('/deposit/:key', permission('deposit:make'), async (req, res) => {
    const record = await accounts.findDeposit(ownParty(res), pathParameter(req.params.key));
    if (!record) throw notFound('Deposit');
    const account = await accounts.findOwn(ownParty(res), record.accountId);
    if (!account) throw notFound('Account');
    const { formats } = platform;
    const model = {
      title: 'Money added',
      amount: formats.money(moneyOf(record.amount)),
      currency: account.currency,
      rows: [
        { label: 'Into', value: `${account.name} ${account.masked}` },
        { label: 'Balance now', value: formats.moneyWithCurrency(account.balance) },
        { label: 'Reference', value: record.railReference },
        { label: 'When', value: formats.instant(record.at) },
      ],
      accountHref: paths.account(account.id),
      depositHref: `${paths.deposit}?account=${account.id}`,
    };
    await pages.show(res, { view: 'accounts/deposit-receipt', model });
  });
}

/** The form with a fresh key: after a refusal the customer can try again. */
async function depositPage({ accounts, platform }: AccountRouteParts, res: Response, form: FormState) {
  const own = await accounts.listOwn(ownParty(res));
  const chosen = form.values.accountId ?? '';
  const accountId = own.some((account) => account.id === chosen) ? chosen : (own[0]?.id ?? '');
  return {
    title: 'Deposit',
    form: { ...form, values: { ...form.values, accountId } },
    key: newId(),
    options: accountOptions(own, platform.formats),
    currency: platform.currency,
    openHref: paths.openAccount,
  };
}

async function makeDeposit(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages, platform } = parts;
  const parsed = parseForm(depositForm(platform.currency), req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: 'accounts/deposit', model: await depositPage(parts, res, parsed.form) });
    return;
  }
  const outcome = await accounts.deposit({ ...parsed.value, actor: actor(res).userId, partyId: ownParty(res) });
  if (!outcome.ok) {
    const { field, sentence } = explainRefusal(outcome.refusal, platform);
    const model = await depositPage(parts, res, withError(parsed.form, field, sentence));
    await pages.refused(res, { view: 'accounts/deposit', model });
    return;
  }
  res.redirect(303, paths.depositReceipt(outcome.value.key));
}

function explainRefusal(refusal: DepositRefusal, { formats }: Platform): { field: string; sentence: string } {
  switch (refusal.code) {
    case 'not-your-account':
      return { field: 'accountId', sentence: 'Choose one of your own accounts. Nothing was collected' };
    case 'over-rail-limit': {
      const limit = formats.moneyWithCurrency(refusal.limit);
      return {
        field: 'amount',
        sentence: `One deposit can be at most ${limit}. Nothing was collected; make several smaller ones`,
      };
    }
    case 'key-reused':
      return {
        field: 'form',
        sentence:
          'This form was sent before with another amount. Nothing more was collected; look at your account before you send it again',
      };
    case 'refused-by-ledger':
      return {
        field: 'form',
        sentence:
          'We could not book this deposit. If your other bank shows it as taken, we give it back; please contact us with the time of this page',
      };
    default:
      return unreachable(refusal);
  }
}
