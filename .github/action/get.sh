#!/usr/bin/env bash
# Puts the program that the Action runs into the runner's temporary folder and
# names it as the output "binary".
#
# A released archive runs only if its SHA-256 is the one in checksums.txt beside
# this script, that is, in the very commit of the Action that a workflow names.
# Where no release is named there, or "source" is asked for, the commit itself
# is built. Nothing that comes over the network is handed to a shell.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sums=$here/checksums.txt
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/entail.XXXXXX")

fail() {
  # The message goes into one line of a workflow command.
  printf '::error title=entail::%s\n' "${1//[$'\r\n']/ }"
  exit 2
}

found() { # PATH
  printf 'binary=%s\n' "$1" >>"${GITHUB_OUTPUT:-/dev/stdout}"
  exit 0
}

# These read from standard input, since a runner on Windows has names such as
# D:\a, which sha256sum marks in its answer and tar takes for another machine's.
sha256() { # FILE
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1" | cut -d ' ' -f 1
  else
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  fi
}

case "$(uname -s)" in
Linux) os=linux ;;
Darwin) os=darwin ;;
MINGW* | MSYS* | CYGWIN*) os=windows ;;
*) os=unknown ;;
esac
case "$(uname -m)" in
x86_64 | amd64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) arch=unknown ;;
esac
program=entail
if [ "$os" = windows ]; then program=entail.exe; fi

build() {
  command -v go >/dev/null || fail "no release of entail is known for $os/$arch, and there is no Go to build it with: add actions/setup-go before this step"
  root=$(cd "$here/../.." && pwd)
  (cd "$root" && CGO_ENABLED=0 go build -trimpath -o "$folder/$program" ./cmd/entail) || fail "entail could not be built from $root"
  found "$folder/$program"
}

version=${ENTAIL_ACTION_VERSION:-}
version=${version#v}
if [ "$version" = source ]; then build; fi

# Lines of checksums.txt are of the form "SHA-256  entail_VERSION_OS_ARCH.tar.gz".
known=$(sed -n 's/^[0-9a-f]\{64\}  entail_\([0-9A-Za-z.+-]*\)_[a-z0-9]*_[a-z0-9]*\.tar\.gz$/\1/p' "$sums" | uniq)
if [ -z "$version" ]; then
  version=$(printf '%s\n' "$known" | head -n 1)
  if [ -z "$version" ]; then build; fi
fi
if ! printf '%s\n' "$known" | grep -Fqx -- "$version"; then
  fail "this commit of the Action holds no checksum of version $version; it knows: $(printf '%s' "${known:-none}" | tr '\n' ' ')"
fi
archive=entail_${version}_${os}_${arch}.tar.gz
want=$(sed -n "s/^\([0-9a-f]\{64\}\)  ${archive//./\\.}\$/\1/p" "$sums" | head -n 1)
if [ -z "$want" ]; then
  printf 'entail %s has no archive for %s/%s; building the commit of the Action instead\n' "$version" "$os" "$arch"
  build
fi

# A mirror may stand in for GitHub: the checksum holds there as well.
from=${ENTAIL_DOWNLOAD_URL:-https://github.com/entail-dev/entail/releases/download}
schemes='=https'
if [ -n "${ENTAIL_DOWNLOAD_URL:-}" ]; then schemes='=https,http'; fi
curl --fail --silent --show-error --location --proto "$schemes" --max-time 300 --retry 2 \
  --output "$folder/$archive" -- "$from/v$version/$archive" || fail "$archive could not be fetched from $from"
got=$(sha256 "$folder/$archive")
if [ "$got" != "$want" ]; then
  rm -f "$folder/$archive"
  fail "$archive has the SHA-256 $got, and this commit of the Action names $want: it was not run"
fi

# A second witness where there is one: who built the archive, and from what.
# Before 2.93 gh could hand its token to another host; the token of an Enterprise
# server is none for github.com, where the attestation is.
if command -v gh >/dev/null && [ -n "${GH_TOKEN:-}" ] && [ -z "${ENTAIL_DOWNLOAD_URL:-}" ] &&
  [ "${GITHUB_SERVER_URL:-https://github.com}" = https://github.com ]; then
  have=$(gh --version | sed -n 's/^gh version \([0-9]*\)\.\([0-9]*\)\..*/\1 \2/p')
  read -r major minor <<<"${have:-0 0}"
  if [ "$major" -gt 2 ] || { [ "$major" -eq 2 ] && [ "$minor" -ge 93 ]; }; then
    GH_HOST=github.com gh attestation verify "$folder/$archive" --repo entail-dev/entail \
      --signer-workflow entail-dev/entail/.github/workflows/release.yml --source-ref "refs/tags/v$version" \
      --deny-self-hosted-runners || fail "$archive has no attestation of entail's own release workflow: it was not run"
  fi
fi

(cd "$folder" && tar -xzf - "$program") <"$folder/$archive" || fail "$archive holds no $program"
rm -f "$folder/$archive"
chmod +x "$folder/$program"
found "$folder/$program"
