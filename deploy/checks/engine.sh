# Sourced by the scripts that build and run containers: tools, a scratch directory, container storage and stand-ins for base images.
# Expects `name` (the script's own) and the repository's root as working directory.
#   MAINSTREET_CONTAINERS=DIR   keeps images between runs (default: thrown away with the scratch directory)
#   MAINSTREET_PULL=1           uses the registries' images instead of local stand-ins

work=$(mktemp -d "${TMPDIR:-/tmp}/mainstreet-$name.XXXXXX")
chmod 755 "$work"
containers=${MAINSTREET_CONTAINERS:-$work/containers}
mkdir -p "$containers"
cleanups=()
. deploy/checks/need.sh
finish() {
  local rc=$?
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do eval "${cleanups[i]}" >/dev/null 2>&1 || true; done
  # Layers keep mounts; the engine itself takes them away.
  if [ -z "${MAINSTREET_CONTAINERS:-}" ] && command -v buildah >/dev/null; then
    buildah rm --all >/dev/null 2>&1
    podman system reset --force >/dev/null 2>&1
  fi
  rm -rf "$work"
  exit $rc
}
trap finish EXIT

use_engine() {
  need podman=podman buildah=buildah runc=runc catatonit=catatonit iptables=iptables /usr/lib/cni/bridge=containernetworking-plugins \
    /usr/lib/cni/dnsname=golang-github-containernetworking-plugin-dnsname
  mkdir -p "$containers/cni"
  # Without systemd: cgroups by file, logs by file; one network backend, pinned.
  cat >"$containers/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$containers/graph"
runroot = "$containers/run"
CONF
  cat >"$containers/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=15000:15000"]
[network]
network_backend = "cni"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
  export CONTAINERS_STORAGE_CONF=$containers/storage.conf CONTAINERS_CONF=$containers/containers.conf BUILDAH_ISOLATION=chroot
}

have_image() { buildah images -q "$1" >/dev/null 2>&1; }

# A Debian root with the given packages, as an image; the certificates of this machine, so that its proxies are believed.
debian() {
  local image=$1 packages=$2
  have_image "$image" && return 0
  need mmdebstrap=mmdebstrap
  echo "$name: making $image"
  mmdebstrap --quiet --variant=minbase --include="$packages" bookworm "$work/root.tar" >"$work/debian.log" 2>&1 || { tail -5 "$work/debian.log" >&2; exit 2; }
  local c
  c=$(buildah from scratch)
  buildah add -q "$c" "$work/root.tar" / >/dev/null
  [ -e /etc/ssl/certs/ca-certificates.crt ] && [[ ",$packages," == *,ca-certificates,* ]] && buildah copy -q "$c" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ >/dev/null
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$c"
  buildah commit -q --rm "$c" "$image" >/dev/null
  rm -f "$work/root.tar"
}

# Stand-ins of the Dockerfile's base images under the same names: Debian 12 with this machine's .NET and Node.
base_images() {
  [ -z "${MAINSTREET_PULL:-}" ] || return 0
  local aspnet sdk node slim dotnet c
  aspnet=$(sed -n 's/^ARG ASPNET=//p' Dockerfile) sdk=$(sed -n 's/^ARG SDK=//p' Dockerfile) node=$(sed -n 's/^ARG NODE=//p' Dockerfile) slim=$(sed -n 's/^ARG DEBIAN=//p' Dockerfile)
  # The runner's has the languages already, since a build here may have no way to a mirror.
  [ "${target:-server}" != runner ] || debian "$slim" "$(sed -n "s/^wanted='\(.*\)'$/\1/p" deploy/image/install-languages | tr ' ' ,)"
  have_image "$aspnet" && have_image "$sdk" && have_image "$node" && return 0
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")") || { echo "$name: the .NET 10 SDK is needed (dotnet not found)" >&2; exit 2; }
  command -v npm >/dev/null || { echo "$name: npm is needed" >&2; exit 2; }
  debian localhost/debian:12 ca-certificates,libicu72,libssl3,tzdata,libstdc++6
  c=$(buildah from localhost/debian:12)
  buildah copy -q "$c" "$dotnet/dotnet" /usr/share/dotnet/ >/dev/null
  buildah copy -q "$c" "$dotnet/host" /usr/share/dotnet/host >/dev/null
  buildah copy -q "$c" "$dotnet/shared" /usr/share/dotnet/shared >/dev/null
  buildah run "$c" ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
  buildah commit -q --rm "$c" "$aspnet" >/dev/null
  c=$(buildah from "$aspnet")
  for part in sdk sdk-manifests packs templates; do [ ! -d "$dotnet/$part" ] || buildah copy -q "$c" "$dotnet/$part" "/usr/share/dotnet/$part" >/dev/null; done
  buildah commit -q --rm "$c" "$sdk" >/dev/null
  c=$(buildah from localhost/debian:12)
  local npm
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  buildah copy -q "$c" "$(readlink -f "$(command -v node)")" /usr/local/bin/node >/dev/null
  buildah copy -q "$c" "$npm" /usr/local/lib/node_modules/npm >/dev/null
  buildah run "$c" ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
  buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$c"
  buildah commit -q --rm "$c" "$node" >/dev/null
}

# Builds a target of the Dockerfile (`target`, default server) from a directory under a name. Packages that this machine has already are not fetched again.
build_image() {
  local source=$1 image=$2; shift 2
  local pull=--pull-never packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
  [ -z "${MAINSTREET_PULL:-}" ] || pull=--pull
  local -a cache=()
  [ ! -d "$packages" ] || cache=(-v "$packages:/root/.nuget/packages")
  buildah bud --layers $pull --target "${target:-server}" --format docker --timestamp 0 "${cache[@]}" -t "$image" "$@" "$source" >"$work/build.log" 2>&1 || { tail -30 "$work/build.log" >&2; echo "$name: the image does not build" >&2; exit 1; }
}
