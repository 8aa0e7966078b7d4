# kong-drill as an image, for a CI that has no Node. Made from an installed package, so that the build fetches nothing but BASE:
#   npm install --prefix app --ignore-scripts kong-drill
#   docker build --file app/node_modules/kong-drill/Dockerfile --tag kong-drill app
# How to run it: docs/container-image.md.
ARG BASE=node:22-bookworm
FROM ${BASE}
COPY node_modules /opt/kong-drill/node_modules
WORKDIR /project
ENTRYPOINT ["node", "/opt/kong-drill/node_modules/kong-drill/dist/cli/main.js"]
CMD ["--help"]
