import { join } from 'node:path';
import express, { type Express } from 'express';
import { accountRoutes, historyRoutes, transferRoutes } from '#features/accounts/index.ts';
import { approvalRoutes } from '#features/approvals/index.ts';
import { customerRoutes } from '#features/customers/index.ts';
import { homeRoutes } from '#features/home/index.ts';
import { identityRoutes } from '#features/identity/index.ts';
import { loanRoutes } from '#features/loans/index.ts';
import { noticeRoutes } from '#features/notices/index.ts';
import { closingRoutes, servicingRoutes } from '#features/servicing/index.ts';
import { riskRoutes } from '#features/risk/index.ts';
import { siteRoutes } from '#features/site/index.ts';
import { createAuthentication, rememberActor } from '#web/authentication.ts';
import { csrfProtection } from '#web/csrf.ts';
import { closeWhileDraining } from '#web/drain.ts';
import { faultHandler, noRoute } from '#web/errors.ts';
import { healthRoutes, type Readiness } from '#web/health.ts';
import { createLimiter, usualAllowances, type Allowances, type Limiter } from '#web/rate-limit.ts';
import { createPages, noExpressViews } from '#web/render.ts';
import { requestLog } from '#web/request-log.ts';
import { noStore, securityHeaders } from '#web/security-headers.ts';
import { receiveUploads } from '#web/uploads.ts';
import { saveBeforeRedirect, sessionLimits, sessions } from '#web/session.ts';
import type { Bank } from './composition.ts';
import { productCards, productRoutes } from '#features/products/index.ts';

export interface AppOptions {
  bank: Bank;
  readiness: Readiness;
  /** The checkout or image root, which holds `views`, `public` and `node_modules`. */
  root: string;
  sessionSecrets: string[];
  trustProxyHops: number;
  templates: 'cached' | 'fresh';
  demo: { signIns: readonly { role: string; email: string }[]; password: string } | undefined;
  allowances?: Partial<Allowances>;
}

/** The portal as one express application: middleware in order, then the features. No I/O of its own. */
export function createApp(options: AppOptions): Express {
  const { bank, root, readiness } = options;
  const { platform } = bank;
  const https = options.trustProxyHops > 0;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxyHops);
  app.set('query parser', 'simple');

  const pages = createPages({
    viewsDir: join(root, 'views'),
    cache: options.templates,
    frame: {
      lang: platform.formats.locale,
      currency: platform.currency,
      plainHttp: !https,
      demo: options.demo !== undefined,
      businessDate: () => platform.bankDay.today(),
      unread: ({ partyId }) => (partyId === undefined ? Promise.resolve(0) : bank.services.notices.unread(partyId)),
    },
  });
  const authentication = createAuthentication({ authenticator: bank.services.identity, clock: platform.clock });

  app.use(closeWhileDraining(readiness), requestLog(platform.logger));
  app.use(securityHeaders({ https }));
  app.use('/static', staticFiles(root));
  app.use(healthRoutes(readiness));
  app.use(noStore, noExpressViews);
  app.use(express.urlencoded({ extended: false, limit: '100kb', parameterLimit: 200 }));
  app.use(sessions({ database: platform.database, secrets: options.sessionSecrets, https }), saveBeforeRedirect);
  app.use(authentication.handlers, sessionLimits(platform.clock), rememberActor);
  app.use(receiveUploads(platform.quarantine), csrfProtection);
  mountFeatures(app, { options, pages, authentication });
  app.use(noRoute);
  app.use(faultHandler({ pages, logger: platform.logger }));
  return app;
}

/** Style sheets, scripts and pictures, our own and Bootstrap's, from this process: no CDN. */
function staticFiles(root: string): express.Router {
  const router = express.Router();
  const served = { index: false, fallthrough: true, maxAge: '1h' } as const;
  router.use('/vendor/bootstrap', express.static(join(root, 'node_modules/bootstrap/dist/css'), served));
  router.use(express.static(join(root, 'public'), served));
  return router;
}

function lookUpLimits(limiter: (name: keyof Allowances) => Limiter) {
  return {
    accountLookUpByParty: limiter('accountLookUpByParty'),
    accountLookUpByAddress: limiter('accountLookUpByAddress'),
  };
}

function publicLoanLimits(limiter: (name: keyof Allowances) => Limiter) {
  return {
    confirmPassword: limiter('confirmPassword'),
    indicativeByAddress: limiter('indicativeByAddress'),
    statusByAddress: limiter('statusByAddress'),
    statusByReference: limiter('statusByReference'),
  };
}

function mountFeatures(
  app: Express,
  parts: {
    options: AppOptions;
    pages: ReturnType<typeof createPages>;
    authentication: ReturnType<typeof createAuthentication>;
  },
): void {
  const { options, pages, authentication } = parts;
  const { platform, services } = options.bank;
  const { database, formats } = platform;
  const allowances = { ...usualAllowances, ...options.allowances };
  const hide = (key: string) => platform.vault.blindIndex('limit', key);
  const limiter = (name: keyof Allowances) => createLimiter({ database, name, allowance: allowances[name], hide });
  const common = { ...services, platform, pages, formats };

  app.use(
    siteRoutes({
      ...common,
      productCards: () => productCards(services.products, platform),
      limits: { contactByAddress: limiter('contactByAddress') },
    }),
  );
  app.use(
    identityRoutes({
      ...common,
      authentication,
      limits: {
        byAddress: limiter('signInByAddress'),
        byAccount: limiter('signInByAccount'),
        byAccountAnywhere: limiter('signInByAccountAnywhere'),
        knownAddress: limiter('signInKnownAddress'),
      },
      demoSignIns: options.demo?.signIns ?? [],
      demoPassword: options.demo?.password ?? '',
    }),
  );
  app.use(customerRoutes({ ...common, limits: { registerByAddress: limiter('registerByAddress') } }));
  app.use(noticeRoutes(common));
  app.use(approvalRoutes(common));
  app.use(accountRoutes(common));
  app.use(transferRoutes({ ...common, limits: lookUpLimits(limiter) }));
  app.use(historyRoutes(common));
  app.use(productRoutes(common));
  app.use(riskRoutes({ ...common, limits: { scoreBatchByUser: limiter('scoreBatchByUser') } }));
  // The offer before the sections and the application before the loan: `/loans/apply` is no loan's id.
  app.use(loanRoutes({ ...common, limits: publicLoanLimits(limiter) }));
  app.use(servicingRoutes(common));
  app.use(closingRoutes(common));
  app.use(homeRoutes(common));
}
