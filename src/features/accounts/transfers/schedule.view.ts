import { present } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import type { PagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import { rhythmText } from './rhythm.view.ts';
import type { Schedule } from './schedule.service.ts';
import { failureReason } from './transfer-refusals.ts';
import { transferPolicy } from './transfer.rules.ts';

const transferCrumb = { text: 'Transfer', href: paths.transfer };
const crumbs = [transferCrumb, { text: 'Scheduled', href: paths.scheduledTransfers }];

function stateBadge({ state, last }: Schedule) {
  if (state === 'cancelled') return { kind: 'neutral', text: 'Cancelled' };
  const failed = last !== null && last.outcome !== 'sent';
  if (state === 'done')
    return failed ? { kind: 'alert', text: 'Ended, last one failed' } : { kind: 'ok', text: 'Done' };
  return failed ? { kind: 'alert', text: 'Failed last time' } : { kind: 'info', text: 'Active' };
}

function lastText({ last }: Schedule, formats: Formats): string {
  if (!last) return 'Nothing sent yet';
  const due = formats.date(last.due);
  if (last.outcome === 'sent') return `Sent on ${formats.date(last.on)}, due ${due}`;
  return `Not sent on ${formats.date(last.on)}, due ${due}: ${failureReason(last.reason ?? '')}`;
}

const activeColumns = [
  { key: 'to', label: 'To' },
  { key: 'rhythm', label: 'When', hideSmall: true },
  { key: 'next', label: 'Next', hideSmall: true },
  { key: 'state', label: 'State', hideSmall: true },
  { key: 'amount', label: 'Amount', kind: 'num' },
];

const endedColumns = activeColumns.filter(({ key }) => key !== 'next');

function row(schedule: Schedule, formats: Formats) {
  const rhythm = rhythmText(schedule, formats);
  const badge = stateBadge(schedule);
  const active = schedule.state === 'active';
  const next = formats.date(schedule.nextOn);
  const small = [rhythm, ...(badge.kind === 'info' ? [] : [badge.text]), ...(active ? [`Next ${next}`] : [])].join(
    '. ',
  );
  return {
    cells: {
      to: {
        text: schedule.name,
        href: paths.scheduledTransfer(schedule._id),
        sub: schedule.reference,
        subSmall: small,
      },
      rhythm,
      next: schedule.retrying ? { text: next, sub: 'Second try' } : next,
      state: { badge },
      amount: formats.money(schedule.amount),
    },
  };
}

/** `/transfer/scheduled`: what is to come, and below it what has ended. */
export function schedulesPage(facts: {
  active: readonly Schedule[];
  ended: readonly Schedule[];
  paging: PagingView;
  formats: Formats;
}) {
  const { active, ended, paging, formats } = facts;
  const caption = `Amounts in ${formats.currency}`;
  return {
    title: 'Scheduled transfers',
    crumbs: [transferCrumb, { text: 'Scheduled' }],
    sub: `${active.length} of at most ${transferPolicy.mostActiveSchedules} active`,
    action: { href: paths.transfer, text: 'New transfer', icon: 'plus' },
    active: { caption, columns: activeColumns, rows: active.map((one) => row(one, formats)), captionHidden: false },
    ended: { caption, columns: endedColumns, rows: ended.map((one) => row(one, formats)), captionHidden: false },
    paging,
    emptyActive: {
      title: 'Nothing is scheduled',
      text: 'To send money on a date or regularly, start a transfer and choose when.',
      action: { href: paths.transfer, text: 'New transfer' },
    },
  };
}

/** `/transfer/scheduled/:id` */
export function schedulePage(facts: { schedule: Schedule; from: DepositAccount | undefined; formats: Formats }) {
  const { schedule, from, formats } = facts;
  const active = schedule.state === 'active';
  const amount = formats.money(schedule.amount);
  return {
    title: `${amount} to ${schedule.name}`,
    crumbs: [...crumbs, { text: schedule.number }],
    badge: stateBadge(schedule),
    sub: `Scheduled transfer ${schedule.number}`,
    figures: figures(schedule, formats),
    rows: [
      ...(from
        ? [{ label: 'From', value: `${from.name} ${from.masked}`, href: paths.account(from.id) }]
        : [{ label: 'From', value: 'An account that you no longer hold' }]),
      { label: 'To', value: schedule.name },
      { label: 'Reference', value: schedule.reference === '' ? 'None' : schedule.reference },
      { label: 'When', value: rhythmText(schedule, formats) },
      ...comingRow(schedule, formats),
      lastRow(schedule, formats),
      { label: 'Ordered', value: formats.instant(schedule.createdAt) },
    ],
    retry: active
      ? `If there is not enough money on the day, we try once more on the next day, tell you, and go on with the next date.`
      : undefined,
    cancel: active && {
      action: paths.cancelScheduledTransfer(schedule._id),
      version: schedule.version,
      text: 'Nothing more is sent after you cancel. What was sent before stays sent.',
    },
    back: { href: paths.scheduledTransfers, text: 'All scheduled transfers' },
  };
}

function figures(schedule: Schedule, formats: Formats) {
  const { state, retrying, nextOn, sent, amount, currency } = schedule;
  const next = {
    label: 'Next',
    value: formats.date(nextOn),
    ...(retrying ? { note: 'Second try', tone: 'warn' } : {}),
  };
  return [
    { label: 'Amount', value: formats.money(amount), note: currency },
    ...(state === 'active' ? [next] : []),
    { label: 'Sent so far', value: sent === 1 ? '1 time' : `${sent} times` },
  ];
}

function comingRow({ coming }: Schedule, formats: Formats) {
  if (coming.length < 2) return [];
  return [{ label: 'Dates to come', value: coming.map((date) => formats.date(date)).join(', ') }];
}

function lastRow(schedule: Schedule, formats: Formats) {
  const { last } = schedule;
  const value = lastText(schedule, formats);
  if (last?.outcome !== 'sent') return { label: 'Last time', value };
  return { label: 'Last time', value, href: paths.transferReceipt(present(last.key, 'The key of what was sent')) };
}
