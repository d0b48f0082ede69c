import { newAccountNumber } from '#core/ids.ts';
import { newBorrower, type TestPortal } from '#test/portal.ts';
import { openAccount } from './history-builders.ts';

export const header = 'external_id,account_number,date,kind,amount,reference,counter_account';

let entries = 0;

/** One line of a file; what is not given is a good deposit with an id of its own. */
export function line(account: string, given: Partial<Record<string, string>> = {}): string {
  entries += 1;
  const cells = { id: `OLD-${entries}`, date: '2026-03-02', kind: 'deposit', amount: '100.00', ref: '', counter: '' };
  const { id, date, kind, amount, ref, counter } = { ...cells, ...given };
  return [id, account, date, kind, amount, ref, counter].join(',');
}

export function csv(...lines: string[]): string {
  return [header, ...lines, ''].join('\n');
}

/** A customer's open account: its id and its number. */
export async function customersAccount(portal: Pick<TestPortal, 'platform' | 'services' | 'database'>) {
  const owner = await newBorrower(portal);
  const id = await openAccount(portal, owner);
  const record = await portal.database.db.collection<{ _id: string; number: string }>('accounts').findOne({ _id: id });
  const balance = async () => (await portal.services.ledger.balances([id])).get(id)?.balance;
  return { ...owner, id, number: record?.number ?? newAccountNumber(), balance };
}

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

/** Uploads a file and lets it be checked; gives the import's id. */
export async function uploaded(portal: TestPortal, staff: Staff, file: string | Buffer): Promise<string> {
  const answer = await staff.upload('/imports/upload', file);
  const id = /^\/imports\/([0-9a-f-]{36})$/.exec(answer.headers.location ?? '')?.[1];
  if (id === undefined) throw new Error(`Not uploaded: ${answer.status} ${problem(answer.text)}`);
  await portal.platform.outbox.drain();
  return id;
}

/** Presses the button that the page shows. */
export async function confirmed(staff: Pick<Staff, 'get' | 'post'>, id: string) {
  const page = (await staff.get(`/imports/${id}`)).text;
  const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? '';
  return staff.post(`/imports/${id}/confirm`, { version });
}

export function problem(page: string): string {
  const summary = /id="error-summary"[\s\S]*?<ul>([\s\S]*?)<\/ul>/.exec(page)?.[1] ?? '';
  return decoded(summary.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')).trim();
}

export function decoded(html: string): string {
  return html.replaceAll('&#34;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

/** What the report says of each line that has findings. */
export async function findings(portal: TestPortal, id: string): Promise<Record<number, string[]>> {
  const { lines } = await portal.services.accounts.imports.lines(id, { show: 'all', page: 1, size: 1_000 });
  return Object.fromEntries(
    lines.filter((one) => one.findings.length > 0).map((one) => [one.line, one.findings.map(({ text }) => text)]),
  );
}
