#!/usr/bin/env bash
# Builds the archives of a release, the same bytes on every machine:
#
#   build.sh VERSION [OS/ARCH...]           builds into dist/ and writes their
#                                           SHA-256 into .github/action/checksums.txt
#   build.sh --check VERSION [OS/ARCH...]   builds, and fails where they are not
#                                           the ones that the file has
#
# The program holds neither the commit nor checksums.txt, so that the commit
# which is released can name the archives that are built from it. The file also
# says which Go built them; --check has Go fetch that very one.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
sums=$root/.github/action/checksums.txt
all=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64)

fail() {
  printf 'build.sh: %s\n' "$1" >&2
  exit 1
}

check=
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
version=${1:-}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "the version is '$version', want one such as 1.2.3"
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=("${all[@]}"); fi

# Lines of one version, its head among them, or all but those (as get.sh reads them).
lines() { # yes|no
  awk -v head="# entail $version, " -v want="$1" '
    index($0, "# entail ") == 1 { own = index($0, head) == 1 ? "yes" : "no"; past = 1 }
    past && own == want' "$sums"
}

cd "$root"
# What a user has set may change what comes out.
export GOWORK=off GOFLAGS=-mod=readonly GOAMD64=v1 GOARM64=v8.0 CGO_ENABLED=0
if [ -n "$check" ]; then
  go=$(lines yes | sed -n '1s/.*, built by \(go[0-9.]*\)$/\1/p')
  [ -n "$go" ] || fail "$sums says nothing of version $version"
  if [ "$(go env GOVERSION)" != "$go" ]; then export GOTOOLCHAIN=$go; fi
fi
go=$(go env GOVERSION)

work=$(mktemp -d "${TMPDIR:-/tmp}/entail-release.XXXXXX")
trap 'rm -rf "$work"' EXIT
rm -rf "$root/dist"
mkdir "$root/dist"
go build -trimpath -o "$work/pack" "$here/pack.go"

for target in "${targets[@]}"; do
  os=${target%/*} arch=${target#*/}
  [[ " ${all[*]} " == *" $os/$arch "* ]] || fail "no release for $target, want some of ${all[*]}"
  program=entail
  if [ "$os" = windows ]; then program=entail.exe; fi
  archive=entail_${version}_${os}_${arch}.tar.gz
  mkdir "$work/$os-$arch"
  GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=false \
    -ldflags "-s -w -buildid= -X main.version=$version" -o "$work/$os-$arch/$program" ./cmd/entail
  GOOS=$os GOARCH=$arch go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}	{{.Dir}}	{{$.Dir}}{{end}}{{end}}' ./cmd/entail >"$work/modules"
  "$work/pack" "$root/dist/$archive" "$work/$os-$arch/$program" LICENSE "$(go env GOROOT)/LICENSE" "$work/modules"
  sum=$("$work/pack" --sum "$root/dist/$archive")
  printf '%s  %s\n' "$sum" "$archive" | tee -a "$work/sums"
done

if [ -n "$check" ]; then
  lines yes | sed 1d >"$work/named"
  if [ $# -gt 0 ]; then
    grep -Fxf "$work/sums" "$work/named" >"$work/some" || true
    mv "$work/some" "$work/named"
  fi
  diff "$work/named" "$work/sums" || fail "the archives of $version that $go builds here (>) are not those that checksums.txt names (<)"
  exit 0
fi
{
  sed '/^# entail /,$d' "$sums"
  printf '# entail %s, built by %s\n' "$version" "$go"
  cat "$work/sums"
  lines no
} >"$work/checksums"
cat "$work/checksums" >"$sums"
