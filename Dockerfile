FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/*.mjs ./scripts/
COPY src ./src
COPY web ./web
RUN npm run build && npm prune --omit=dev --ignore-scripts
# For EMBEDDINGS=local: docker build --build-arg LOCAL_EMBEDDINGS=true .
ARG LOCAL_EMBEDDINGS=false
RUN if [ "$LOCAL_EMBEDDINGS" = true ]; then \
    npm install --no-save --omit=dev --ignore-scripts @huggingface/transformers@4.3.1 \
    && mkdir -p node_modules/@huggingface/transformers/.cache \
    && chown node:node node_modules/@huggingface/transformers/.cache; \
    fi

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/var/lib/reprise
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY prompts ./prompts
COPY data ./data
RUN mkdir -p /var/lib/reprise && chown node:node /var/lib/reprise
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
