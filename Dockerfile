# Artifact Vault as a container image.
#
#   docker build -t artifact-vault .
#   docker run -d --name vault -p 8080:8080 -v vault-cache:/var/cache/artifact-vault artifact-vault
#   export HF_ENDPOINT=http://localhost:8080/huggingface
#
#   docker exec vault vault cache stats --config /etc/artifact-vault/config.yml
#
# The Java runtime is linked from only those JDK modules that the jar needs, a third of the size of a JRE image. So the
# runtime image needs no Java: any glibc system with bash (for the health check) works. The build image needs a JDK 25
# or newer, and apt-get if it has no Maven.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk-noble
ARG RUNTIME_IMAGE=ubuntu:noble

FROM ${BUILD_IMAGE} AS build
# More flags for Maven, such as -o, or -s with a settings file for a mirror.
ARG MAVEN_FLAGS=""
RUN command -v mvn >/dev/null \
    || (apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*)
WORKDIR /src
COPY pom.xml ./
COPY src/main src/main
# The formatter's check is for contributors, and `mvn verify` runs the tests.
RUN mvn -B -ntp ${MAVEN_FLAGS} -Dspotless.check.skip=true -Dmaven.test.skip=true package
# jdk.jcmd is for debugging a running vault. The removed archive is for heaps too large for compressed pointers, which
# docker/vault prevents.
RUN modules=$(jdeps --multi-release 25 --ignore-missing-deps --print-module-deps target/artifact-vault.jar) \
    && jlink --add-modules "$modules,jdk.jcmd" --no-header-files --no-man-pages --generate-cds-archive \
        --compress zip-6 --output /opt/java \
    && rm -f /opt/java/lib/server/classes_nocoops.jsa

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Artifact Vault" \
      org.opencontainers.image.description="A caching HTTP proxy for Hugging Face" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# A numeric user, so that Kubernetes can verify that it is not root.
RUN groupadd --system --gid 10001 vault \
    && useradd --system --uid 10001 --gid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin vault \
    && install -d -o 10001 -g 10001 -m 0700 /var/cache/artifact-vault
COPY --from=build /opt/java /opt/java
COPY --from=build /src/target/artifact-vault.jar /opt/artifact-vault/artifact-vault.jar
COPY --chmod=0755 docker/vault /usr/local/bin/vault
COPY docker/config.yml /etc/artifact-vault/config.yml
COPY LICENSE /opt/artifact-vault/LICENSE
# Runs a vault briefly, which tests the image and writes the AOT cache that halves the startup time. A build for another
# processor architecture may not produce one; the vault then starts without it.
RUN VAULT_JAVA_OPTS="-XX:AOTCacheOutput=/opt/artifact-vault/artifact-vault.aot" vault rehearse

USER 10001:10001
WORKDIR /var/cache/artifact-vault
VOLUME /var/cache/artifact-vault
EXPOSE 8080 8081
STOPSIGNAL SIGTERM

# No curl in the image: bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${VAULT_PORT:-8080} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 2 line <&3 && [[ $line == *' 200 '* ]]"]

# Exec form, and the script becomes java: process 1 gets SIGTERM, and the vault completes the responses under way.
ENTRYPOINT ["/usr/local/bin/vault"]
CMD ["serve", "--config", "/etc/artifact-vault/config.yml", "--cache-dir", "/var/cache/artifact-vault"]
