# syntax=docker/dockerfile:1
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional dependencies are only node itself for laptops; this image is node already.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="CloudBank" \
      org.opencontainers.image.description="A server-rendered loan and banking portal"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /app
# The code belongs to root and cannot be changed by the process; only .data may be written.
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY docker/healthcheck.mjs ./docker/healthcheck.mjs
COPY public ./public
COPY views ./views
COPY src ./src
RUN mkdir .data && chown 1000:1000 .data
# The number of the user `node`: an orchestrator that insists on non-root can only check a number.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=4s --start-period=60s --retries=3 CMD ["node", "docker/healthcheck.mjs"]
STOPSIGNAL SIGTERM
# node is PID 1, never npm: SIGTERM must reach it, or nothing is drained.
CMD ["node", "src/server.ts"]
