/**
 * Site owns what is public, home, services and contact, and the messages that strangers send. It shows products and
 * sells none.
 */
export { createEnquiries, type Enquiries } from './site.service.ts';
export { siteRoutes, type ProductCard } from './site.routes.ts';
