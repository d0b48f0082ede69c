import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { identify } from '#platform/embedded-mongo/processes.ts';
import type { Place } from './cluster.ts';

const run = promisify(execFile);
const ip = async (...args: readonly string[]) => (await run('ip', args)).stdout;

const prefix = 'cloudbank-';
const memberCount = 3;
const port = 27_017;

/**
 * A network of its own beside the machine's: the clients' namespace holds a switch, and each member hangs on it by a
 * cable. Nothing of it can be reached from outside, or reaches out.
 */
export interface Network {
  /** What runs a program as a client of the members. */
  clientCommand: readonly string[];
  places: readonly Place[];
}

const hostOf = (index: number) => `10.77.0.${11 + index}`;
const memberNamespace = (name: string, index: number) => `${name}-m${index}`;
const clientNamespace = (name: string) => `${name}-c`;

/** Why there can be no network here; undefined where there can. */
export async function whyNoNetwork(): Promise<string | undefined> {
  const name = `${prefix}${process.pid}-probe`;
  try {
    await ip('netns', 'add', name);
    await ip('netns', 'delete', name);
    return undefined;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing
      ? 'network namespaces need the program ip; on Debian or Ubuntu: apt-get install iproute2'
      : `network namespaces need root and a kernel that has them (${String(error).trim()})`;
  }
}

/** Lays the network out; `name` is this process's own. */
export async function openNetwork(): Promise<{ name: string; network: Network; close: () => Promise<void> }> {
  await sweepAbandoned();
  const name = `${prefix}${process.pid}`;
  const close = () => removeNamespaces(name);
  try {
    const client = clientNamespace(name);
    await ip('netns', 'add', client);
    await ip('-n', client, 'link', 'set', 'lo', 'up');
    await ip('-n', client, 'link', 'add', 'switch', 'type', 'bridge');
    await ip('-n', client, 'address', 'add', '10.77.0.1/24', 'dev', 'switch');
    await ip('-n', client, 'link', 'set', 'switch', 'up');
    for (let index = 0; index < memberCount; index += 1) await plugIn(name, index);
    return { name, network: networkOf(name), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export function networkOf(name: string): Network {
  return {
    clientCommand: ['ip', 'netns', 'exec', clientNamespace(name)],
    places: Array.from({ length: memberCount }, (_, index) => ({
      host: hostOf(index),
      port,
      command: ['ip', 'netns', 'exec', memberNamespace(name, index)],
    })),
  };
}

async function plugIn(name: string, index: number): Promise<void> {
  const [client, member] = [clientNamespace(name), memberNamespace(name, index)];
  await ip('netns', 'add', member);
  const ends = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', member];
  await ip('link', 'add', `port${index}`, 'netns', client, ...ends);
  await ip('-n', client, 'link', 'set', `port${index}`, 'master', 'switch');
  await ip('-n', client, 'link', 'set', `port${index}`, 'up');
  await ip('-n', member, 'link', 'set', 'lo', 'up');
  await ip('-n', member, 'address', 'add', `${hostOf(index)}/24`, 'dev', 'eth0');
  await ip('-n', member, 'link', 'set', 'eth0', 'up');
}

/** What can happen to the network; each gives the way to heal it. */
export type Cut = (name: string, primary: number) => Promise<() => Promise<void>>;

/** The primary and the other members no longer hear each other; clients hear all of them. */
export const cutMembers: Cut = async (name, primary) => {
  const pairs = others(primary).flatMap((other): [number, number][] => [
    [primary, other],
    [other, primary],
  ]);
  // What leaves for the other one is dropped where it is sent, on both sides.
  const change = async (verb: 'add' | 'delete') => {
    for (const [from, to] of pairs)
      await ip('-n', memberNamespace(name, from), 'route', verb, 'blackhole', `${hostOf(to)}/32`);
  };
  await change('add');
  return () => change('delete');
};

/** The primary's cable is pulled: nobody hears it, nobody is told. */
export const unplugPrimary: Cut = async (name, primary) => {
  const cable = ['-n', clientNamespace(name), 'link', 'set', `port${primary}`];
  await ip(...cable, 'down');
  return async () => {
    await ip(...cable, 'up');
  };
};

function others(index: number): number[] {
  return Array.from({ length: memberCount }, (_, other) => other).filter((other) => other !== index);
}

async function namespaces(): Promise<string[]> {
  return (await readdir('/run/netns').catch(() => [])).filter((name) => name.startsWith(prefix));
}

async function removeNamespaces(name: string): Promise<void> {
  for (const one of await namespaces()) if (one.startsWith(`${name}-`)) await ip('netns', 'delete', one);
}

/** Networks of runs that were killed. */
async function sweepAbandoned(): Promise<void> {
  for (const one of await namespaces()) {
    const pid = /^cloudbank-(\d+)-/.exec(one)?.[1];
    if (pid !== undefined && (await identify(Number(pid))) === null) await ip('netns', 'delete', one);
  }
}
