# Artifact Vault as a container image.
#
#   docker build -t artifact-vault .
#   docker run -d --name vault -p 8080:8080 -v vault-cache:/var/cache/artifact-vault artifact-vault
#   export HF_ENDPOINT=http://localhost:8080/huggingface
#
# Both base images can be replaced by others of the Debian or Ubuntu family that have java on the PATH; the first needs a
# JDK 25, the second a Java runtime 25 and bash (for the health check).
ARG BUILD_IMAGE=eclipse-temurin:25-jdk-noble
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre-noble

FROM ${BUILD_IMAGE} AS build
# More for Maven, such as -o, or -s and a settings file for a mirror.
ARG MAVEN_FLAGS=""
RUN command -v mvn >/dev/null \
    || (apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*)
WORKDIR /src
COPY pom.xml ./
COPY src/main src/main
# The formatter is for those who write code. Tests are run by `mvn verify`, not here.
RUN mvn -B -ntp ${MAVEN_FLAGS} -Dspotless.check.skip=true -Dmaven.test.skip=true package

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Artifact Vault" \
      org.opencontainers.image.description="A caching HTTP proxy for Hugging Face" \
      org.opencontainers.image.licenses="Apache-2.0"

# A number, so that Kubernetes can see that it is not root.
RUN groupadd --system --gid 10001 vault \
    && useradd --system --uid 10001 --gid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin vault \
    && install -d -o 10001 -g 10001 -m 0700 /var/cache/artifact-vault
COPY --from=build /src/target/artifact-vault.jar /opt/artifact-vault/artifact-vault.jar
COPY docker/config.yml /etc/artifact-vault/config.yml
COPY LICENSE /opt/artifact-vault/LICENSE

USER 10001:10001
WORKDIR /var/cache/artifact-vault
VOLUME /var/cache/artifact-vault
EXPOSE 8080 8081

# No curl in the image: bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${VAULT_PORT:-8080} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 2 line <&3 && [[ $line == *' 200 '* ]]"]

# Exec form: java is process 1 and gets SIGTERM, on which the vault finishes the answers under way. The heap takes less than
# half of the container's memory, because buffers and the page cache live beside it. More flags: JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", \
            "-jar", "/opt/artifact-vault/artifact-vault.jar"]
CMD ["serve", "--config", "/etc/artifact-vault/config.yml", "--cache-dir", "/var/cache/artifact-vault"]
