# One image for every process; the command chooses which: apps/{api,worker,dashboard,meta-sandbox}/src/main.ts.
#
# Debian slim, not Alpine: our tests run on glibc, and so should production. The tag moves with Node 24's and Debian's fixes;
# whoever needs the same bytes for ever pins a digest: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS install
WORKDIR /app
# From npm, because corepack leaves Node's distribution with Node 25.
RUN npm install --global pnpm@10.34.8
# The workspace is copied as it is, not deployed into node_modules: Node strips no types there. The links that pnpm makes
# point to the real folders outside of it.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .pnpmfile.cjs LICENSE ./
COPY patches patches
COPY tools/image tools/image
COPY packages packages
COPY apps/api apps/api
COPY apps/worker apps/worker
COPY apps/dashboard apps/dashboard
COPY apps/meta-sandbox apps/meta-sandbox
# --prod leaves out the tools, and also the Node binary of the root's devDependencies: the base image has one. No install
# script of a dependency runs. The cache mount keeps downloads between builds and out of the image.
RUN --mount=type=cache,target=/pnpm/store pnpm install --prod --frozen-lockfile --ignore-scripts --store-dir /pnpm/store

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="capi-relay" \
      org.opencontainers.image.description="Self-hosted delivery of WhatsApp ad conversions to Meta: queued, deduplicated, retried, explained." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
# Owned by root: a process that is broken into cannot change its own code.
COPY --from=install /app /app
# The only places a process may write to; a named volume mounted there takes over this owner.
RUN mkdir -p /var/lib/capi-relay/secrets /var/lib/capi-relay/sandbox && chown -R node:node /var/lib/capi-relay
USER node
# No tini in the image: our processes handle SIGTERM themselves and start no others. `docker run --init` and `init: true` still
# help in the first moments, when nobody listens to signals yet.
STOPSIGNAL SIGTERM
EXPOSE 3000 3001 3002
# Alive, not ready: replacing the API does not bring its database back. This is the API's check; another command needs its own
# (docker-compose.yml has them all), and a lone worker --no-healthcheck.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "tools/image/check-health.ts", "http://127.0.0.1:3000/health/live"]
CMD ["node", "apps/api/src/main.ts"]
