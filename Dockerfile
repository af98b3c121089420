# Mainstreet's server: docker build -t mainstreet . (or buildah bud --format docker --timestamp 0 --target server), and the runner of untrusted code:
# docker build --target runner -t mainstreet-runner . What holds of them is checked by deploy/check-image and deploy/check-runner.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG ASPNET=mcr.microsoft.com/dotnet/aspnet:10.0
ARG NODE=docker.io/library/node:20-bookworm-slim
ARG DEBIAN=docker.io/library/debian:12-slim

# The browser libraries that package-lock.json names, laid out as a build lays them out (BrowserLibraries.targets).
FROM ${NODE} AS libraries
WORKDIR /libraries
COPY src/Mainstreet/package.json src/Mainstreet/package-lock.json src/Mainstreet/browser-libraries.mjs ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error \
 && mkdir -p wwwroot/lib/leaflet/images \
 && cp node_modules/leaflet/LICENSE node_modules/leaflet/dist/leaflet.css node_modules/leaflet/dist/leaflet-src.esm.js wwwroot/lib/leaflet/ \
 && cp node_modules/leaflet/dist/images/* wwwroot/lib/leaflet/images/ \
 && node browser-libraries.mjs

# The program, always at /source, so that the same sources give the same bytes. Analyzers have judged it before (./test). Compiled ahead of time it
# would start a second sooner and be 62 MB larger.
FROM ${SDK} AS build
WORKDIR /source
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
COPY .editorconfig BannedSymbols.txt Directory.Build.props Directory.Packages.props global.json ./
COPY src/ src/
COPY deploy/image/slim/ deploy/image/slim/
COPY --from=libraries /libraries/wwwroot/lib/ src/Mainstreet/wwwroot/lib/
# The stamp tells the build that the libraries are there. Compiled by one thread: with more, the types that the compiler makes for handlers with optional
# parameters come in the order in which threads happened to need them, and two builds differ.
RUN touch src/Mainstreet/wwwroot/lib/restored.txt && echo -parallel- >/one-thread.rsp \
 && dotnet publish src/Mainstreet -c Release -r linux-x64 -p:PublishReadyToRun=false -o /app --nologo -v quiet -clp:NoSummary \
      -p:ContinuousIntegrationBuild=true -p:CompilerResponseFile=/one-thread.rsp -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -p:DebugType=none -p:RunAnalyzers=false \
 && rm -f /app/*.xml /app/*.pdb /app/*.staticwebassets.endpoints.json

# What makes the runtime smaller, and the framework's surface without its code.
RUN dotnet publish deploy/image/slim -c Release -o /slim --nologo -v quiet -clp:NoSummary -p:DebugType=none -p:RunAnalyzers=false \
 && mkdir /reference && cp "$(dirname "$(readlink -f "$(command -v dotnet)")")"/packs/Microsoft.*.App.Ref/*/ref/net10.0/*.dll /reference/

# Everything under the program: runtime, the few system libraries it opens, certificates, time zones, cultures. No shell, no package manager.
FROM ${ASPNET} AS root
COPY deploy/image/assemble-root /usr/local/bin/assemble-root
COPY --from=build /app/ /app/
COPY --from=build /slim/ /slim/
COPY --from=build /reference/ /reference/
RUN assemble-root /app /root-of-image /slim /reference

FROM scratch AS server
COPY --from=root /root-of-image/ /
COPY --from=build /app/ /app/
# Data is a place for what SQLite and files need when nothing else is mounted; HOME and TMPDIR so that a read-only root is enough.
ENV ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_HTTP_PORTS=8080 Data=/data HOME=/tmp TMPDIR=/tmp \
    DOTNET_ROOT=/usr/share/dotnet DOTNET_EnableDiagnostics=0 DOTNET_RUNNING_IN_CONTAINER=true \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
LABEL org.opencontainers.image.title="Mainstreet" org.opencontainers.image.description="The back office of a neighbourhood's businesses"
USER 1654:1654
WORKDIR /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["/app/mainstreet", "health", "--target", "http://127.0.0.1:8080"]
ENTRYPOINT ["/app/mainstreet"]
CMD ["serve"]

# The same program where code that nobody trusts is run: Debian with what the cage is made of and the languages, so with a shell. It is its container's
# root, to give each run a user of its own, and needs what deploy/runner says. Its packages are those of the day: two builds may differ.
FROM ${DEBIAN} AS runner
COPY deploy/image/install-languages /usr/local/sbin/install-languages
RUN install-languages
# All of the runtime: people's programs may use any of it.
COPY --from=root /usr/share/dotnet/ /usr/share/dotnet/
COPY --from=build /app/ /app/
ENV ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_HTTP_PORTS=8080 Data=/data HOME=/tmp TMPDIR=/tmp \
    DOTNET_ROOT=/usr/share/dotnet DOTNET_EnableDiagnostics=0 DOTNET_RUNNING_IN_CONTAINER=true
LABEL org.opencontainers.image.title="Mainstreet runner" org.opencontainers.image.description="Runs untrusted code for Mainstreet's Studio"
USER 0:0
WORKDIR /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["/app/mainstreet", "health", "--target", "http://127.0.0.1:8080"]
ENTRYPOINT ["/app/mainstreet"]
CMD ["serve", "--roles", "runner"]

# What is built when no target is named.
FROM server
