// The rules of direction (shared design, section 4). test/architecture proves each by a seeded violation.
const feature = '^src/features/([^/]+)/';
const order = [
  'schedules',
  'identity',
  'customers',
  'ledger',
  'notices',
  'site',
  'approvals',
  'accounts',
  'products',
  'risk',
  'loans',
  'servicing',
  'monitoring',
  'reporting',
  'compliance',
  'home',
];
const leftwards = order.slice(0, -1).map((name, index) => ({
  name: `order-${name}`,
  comment: 'Features stand in one order and import only leftwards.',
  severity: 'error',
  from: { path: `^src/features/${name}/` },
  to: { path: `^src/features/(${order.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-stands-alone',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/', dependencyTypesNot: ['core'], path: '^(src/|node_modules/)(?!decimal\\.js)' },
    },
    {
      name: 'rules-and-maths-import-only-core',
      severity: 'error',
      from: { path: '(\\.rules\\.ts$|^src/features/schedules/)' },
      to: { path: '^(src/(?!core/|features/schedules/)|node_modules/(?!decimal\\.js))', pathNot: '\\.rules\\.ts$' },
    },
    {
      name: 'express-at-the-edge',
      severity: 'error',
      from: { pathNot: '(^src/web/|\\.routes\\.ts$|^src/app\\.ts$)' },
      to: {
        path: '^node_modules/(@types/)?(express|express-session|helmet|passport|passport-local|csrf-sync|multer|ejs|pino-http)(/|$)',
      },
    },
    {
      name: 'web-only-from-routes',
      severity: 'error',
      from: { path: '^src/features/', pathNot: '(\\.routes\\.ts|\\.forms\\.ts|\\.view\\.ts|\\.pages\\.ts)$' },
      to: { path: '^src/web/' },
    },
    {
      name: 'mongoose-in-platform-models-and-services',
      severity: 'error',
      from: { pathNot: '(^src/platform/|\\.model\\.ts$|\\.service\\.ts$)' },
      to: { path: '^node_modules/(mongoose|mongodb)(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'session-store-only-in-session',
      severity: 'error',
      from: { pathNot: '^src/web/session\\.ts$' },
      to: { path: '^node_modules/connect-mongo(/|$)' },
    },
    {
      name: 'aws-only-in-platform',
      severity: 'error',
      from: { pathNot: '^src/platform/' },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'features-through-their-index',
      severity: 'error',
      from: { path: feature },
      to: { path: '^src/features/[^/]+/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/index\\.ts$'] },
    },
    {
      name: 'platform-and-web-know-no-feature',
      severity: 'error',
      from: { path: '^src/(platform|web|config)/' },
      to: { path: '^src/(features/|app\\.ts|composition\\.ts|server\\.ts|cli\\.ts)' },
    },
    {
      name: 'keys-are-made-and-destroyed-by-customers',
      severity: 'error',
      from: { pathNot: '^src/(features/customers/|platform/|composition\\.ts$)' },
      to: { path: '^src/platform/vault/data-keys\\.ts$' },
    },
    ...leftwards,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
