import { minus, plus, zero } from '#core/money.ts';
import { ok, refuse } from '#core/result.ts';
import { frozenFor, shortfall, type Hold } from './account.rules.ts';
import {
  openAccount,
  pendingHold,
  spend,
  withoutMoney,
  type Decision,
  type Request,
  type World,
} from './request.rules.ts';

export function decideHold(request: Extract<Request, { what: 'hold' }>, world: World): Decision {
  const open = openAccount(world, request.account);
  if (!open.ok) return open;
  const account = open.value;
  if (frozenFor(account.freeze, 'debit'))
    return refuse({ code: 'frozen', account: account._id, freeze: account.freeze });
  const short = shortfall(account, { taken: request.amount, held: account.held });
  if (short > 0n) return refuse({ code: 'insufficient-funds', account: account._id, short });
  const { key, amount, expiresAt, reference } = request;
  const spent = request.limitsOf === account._id ? spend(account, { taken: amount, on: request.bookedOn }) : undefined;
  if (spent && !spent.ok) return spent;
  const hold: Hold = {
    _id: key,
    account: account._id,
    amount,
    remaining: amount,
    state: 'pending',
    placedAt: world.now,
    expiresAt,
    reference,
  };
  const change = { held: plus(account.held, amount), ...(spent ? { spent: spent.value } : {}) };
  return ok({ ...withoutMoney(account, change), hold });
}

export function decideRelease(request: Extract<Request, { what: 'release' }>, world: World): Decision {
  const found = pendingHold(world, request.hold);
  if (!found.ok) return found;
  const hold = found.value;
  // Whatever is frozen or closed, what was set aside may be given back.
  const account = world.accounts.get(hold.account);
  // Placed at this very moment by another order.
  if (!account) return refuse({ code: 'unknown-hold', hold: request.hold });
  const after: Hold = { ...hold, remaining: zero, state: request.as };
  return ok({ ...withoutMoney(account, { held: minus(account.held, hold.remaining) }), hold: after });
}
