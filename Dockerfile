# One image for all services; docker-compose.yml says which of them a container runs.
FROM node:26-bookworm-slim AS packages
WORKDIR /shop
COPY package.json package-lock.json .npmrc ./
# The optional packages are Node itself for machines without a new one; this image has it.
RUN npm ci --omit=dev --omit=optional

FROM node:26-bookworm-slim
WORKDIR /shop
ENV NODE_ENV=production
COPY --from=packages /shop/node_modules ./node_modules
COPY package.json ./
COPY kit ./kit
COPY services ./services
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 5000 5001 5002 5003
CMD ["node", "services/order/main.ts"]
