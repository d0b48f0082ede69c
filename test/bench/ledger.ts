import { inArena, type Arena } from './arena.ts';
import { measure, median, rounded, say, shuffled, type Benchmark, type Pace, type Window } from './measuring.ts';
import { openOurs, sampleJournal } from './ours.ts';
import { openInsertFloor, openPlainDriver } from './plain-driver.ts';
import { openMedici } from './through-medici.ts';
import { openMongoose } from './through-mongoose.ts';
import { openWriters, type Writers } from './two-writers.ts';
import { hot, mixed, newChart, tooMuch, uniform, withCompanions } from './workload.ts';
import type { Answer, Chart, Contender, Load } from './workload.ts';

// Room for every client at once: nobody waits for a connection.
const maxPoolSize = 150;
const paces = {
  full: { rounds: 4, pace: { warmUpMs: 400, measureMs: 2_000 } },
  quick: { rounds: 1, pace: { warmUpMs: 200, measureMs: 500 } },
};

/** What a window was measured to be; a window of two processes knows the slower one's share and no latencies. */
type Figures = Pick<Window, 'perSecond'> & Partial<Window> & { slowerShare?: number };
type Figure = keyof Figures;

/** A ratio of a figure in one window to the same figure in another. */
interface Ratio {
  figure: Figure;
  above: string;
  below?: string;
}

const loadRatios = [
  'uniform1',
  'uniform8',
  'uniform32',
  'uniform128',
  'hot32',
  'mixed32',
  'rejected32',
  'companions32',
];
const ratios: Readonly<Record<string, Ratio>> = {
  ...Object.fromEntries(
    loadRatios.map((load) => [load, { figure: 'perSecond', above: `ours:${load}`, below: `plain:${load}` } as const]),
  ),
  insertFloor32: { figure: 'perSecond', above: 'ours:uniform32', below: 'insert:uniform32' },
  medici32: { figure: 'perSecond', above: 'ours:uniform32', below: 'medici:uniform32' },
  mongoose32: { figure: 'perSecond', above: 'ours:uniform32', below: 'mongoose:uniform32' },
  cpuUniform32: { figure: 'cpuMicros', above: 'plain:uniform32', below: 'ours:uniform32' },
  p99Uniform32: { figure: 'p99Ms', above: 'ours:uniform32', below: 'plain:uniform32' },
  twoWriters32: { figure: 'perSecond', above: 'writers:two', below: 'writers:one' },
  fairness: { figure: 'slowerShare', above: 'writers:two' },
};

/** Every arm against its rival in one run, window by window in shuffled order, so that a slow minute hits all alike. */
export const run: Benchmark = ({ pace: chosen, rounds: asked, only }) =>
  inArena(async (arena) => {
    const { rounds, pace } = { ...paces[chosen], ...(asked === undefined ? {} : { rounds: asked }) };
    const unknown = only?.filter((name) => !Object.hasOwn(ratios, name)) ?? [];
    if (unknown.length > 0) throw new Error(`There is no arm ${unknown.join(', ')}`);
    const wanted = Object.entries(ratios).filter(([name]) => !only || only.includes(name));
    const names = [
      ...new Set(wanted.flatMap(([, { above, below }]) => (below === undefined ? [above] : [above, below]))),
    ];
    const field = await openField(arena, names);
    try {
      const measured: Record<string, Figures>[] = [];
      for (let round = 1; round <= rounds; round += 1) measured.push(await playRound({ field, names, pace, round }));
      await field.check();
      const ratioOf = (ratio: Ratio) => rounded(median(measured.map((windows) => valueOf(ratio, windows))));
      return {
        ratios: Object.fromEntries(wanted.map(([name, ratio]) => [name, ratioOf(ratio)])),
        raw: { ...arena.machine, rounds, ...pace, windows: mediansOf(names, measured) },
      };
    } finally {
      await field.close();
    }
  });

function valueOf({ figure, above, below }: Ratio, windows: Record<string, Figures>): number {
  const upper = windows[above]?.[figure] ?? NaN;
  return below === undefined ? upper : upper / (windows[below]?.[figure] ?? NaN);
}

function mediansOf(names: readonly string[], measured: readonly Record<string, Figures>[]) {
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const figures = Object.keys(measured[0]?.[name] ?? {}) as Figure[];
      const medianOf = (figure: Figure) => rounded(median(measured.map((windows) => windows[name]?.[figure] ?? NaN)));
      return [name, Object.fromEntries(figures.map((figure) => [figure, medianOf(figure)]))];
    }),
  );
}

async function playRound(options: {
  field: Field;
  names: readonly string[];
  pace: Pace;
  round: number;
}): Promise<Record<string, Figures>> {
  const windows: Record<string, Figures> = {};
  for (const name of shuffled(options.names)) {
    const figures = await options.field.play(name, options.pace);
    windows[name] = figures;
    say(`round ${options.round} ${name.padEnd(20)} ${figures.perSecond.toFixed(0).padStart(7)}/s`);
  }
  return windows;
}

interface Field {
  play: (name: string, pace: Pace) => Promise<Figures>;
  /** No money came or went, and the ledger is sound; throws where not. */
  check: () => Promise<void>;
  close: () => Promise<void>;
}

interface Loaded {
  load: Load;
  clients: number;
  answer: Answer;
}

/** Opens who takes part in the windows of these names, each on a database of its own. */
async function openField(arena: Arena, names: readonly string[]): Promise<Field> {
  const chart = newChart();
  const ours = await openOurs({ uri: arena.uriOf('ours'), maxPoolSize, chart });
  const contenders = new Map<string, Contender>([['ours', ours]]);
  for (const [name, open] of Object.entries(rivals))
    if (names.some((window) => window.startsWith(`${name}:`))) contenders.set(name, await open(arena, chart));
  const writers = names.some((name) => name.startsWith('writers:')) ? await openWriters(arena) : undefined;
  const totals = new Map<string, bigint | undefined>();
  for (const [name, contender] of contenders) totals.set(name, await contender.total());
  const loads = loadsOf(ours.audit);
  return {
    play: async (name, pace) => {
      const [who = '', what = ''] = name.split(':');
      if (who === 'writers') return playWriters(writers, what, pace);
      const [contender, loaded] = [contenders.get(who), loads[what]];
      if (!contender || !loaded) throw new Error(`There is no window ${name}`);
      return playLoad({ contender, loaded, chart, pace, serverPid: arena.serverPid });
    },
    check: async () => {
      for (const [name, contender] of contenders)
        if ((await contender.total()) !== totals.get(name)) throw new Error(`${name} made or lost money`);
    },
    close: async () => {
      await writers?.close();
      for (const contender of contenders.values()) await contender.close();
    },
  };
}

const rivals: Record<string, (arena: Arena, chart: Chart) => Promise<Contender>> = {
  plain: (arena, chart) => openPlainDriver({ uri: arena.uriOf('plain'), maxPoolSize, chart }),
  insert: async (arena) => {
    const document = await sampleJournal(arena.uriOf('ours'));
    return openInsertFloor({ uri: arena.uriOf('insert'), maxPoolSize, document });
  },
  medici: (arena, chart) => openMedici({ uri: arena.uriOf('medici'), maxPoolSize, chart }),
  mongoose: (arena, chart) => openMongoose({ uri: arena.uriOf('mongoose'), maxPoolSize, chart }),
};

function loadsOf(audit: Parameters<typeof withCompanions>[0]): Record<string, Loaded> {
  return {
    uniform1: { load: uniform, clients: 1, answer: 'posted' },
    uniform8: { load: uniform, clients: 8, answer: 'posted' },
    uniform32: { load: uniform, clients: 32, answer: 'posted' },
    uniform128: { load: uniform, clients: 128, answer: 'posted' },
    hot32: { load: hot, clients: 32, answer: 'posted' },
    mixed32: { load: mixed, clients: 32, answer: 'posted' },
    rejected32: { load: tooMuch, clients: 32, answer: 'refused' },
    companions32: { load: withCompanions(audit), clients: 32, answer: 'posted' },
  };
}

function playLoad(options: {
  contender: Contender;
  loaded: Loaded;
  chart: Chart;
  pace: Pace;
  serverPid: number;
}): Promise<Window> {
  const { contender, loaded, chart, pace, serverPid } = options;
  return measure({
    clients: loaded.clients,
    pace,
    act: async () => {
      const answer = await contender.transfer(loaded.load(chart));
      if (answer !== loaded.answer) throw new Error(`A transfer was ${answer} that should have been ${loaded.answer}`);
    },
    settle: () => contender.settle(),
    pids: [process.pid, serverPid],
  });
}

/** Thirty-two clients in one process, or in each of two: a second instance brings clients of its own. */
async function playWriters(writers: Writers | undefined, what: string, pace: Pace): Promise<Figures> {
  if (!writers) throw new Error('The writers were not opened');
  const counts = await writers.play(what === 'two' ? [32, 32] : [32], pace);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const perSecond = total / (pace.measureMs / 1_000);
  return what === 'two' ? { perSecond, slowerShare: Math.min(...counts) / total } : { perSecond };
}
