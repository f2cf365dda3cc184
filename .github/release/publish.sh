#!/usr/bin/env bash
# Publishes the archives in dist/ as the release of a tag, and then, where no
# later version of the same major one has a tag, moves the tag that workflows
# follow (v1) to it. Run by release.yml, with a token for gh in GH_TOKEN:
#
#   publish.sh v1.2.3
set -euo pipefail

tag=${1:?want the tag of a release, such as v1.2.3}
major=${tag%%.*}
commit=$(git rev-parse HEAD)
repo=${GITHUB_REPOSITORY:?}

# Those who follow the major tag find the archives once it is moved.
# A run that is started again finds the release that the first one made.
if ! gh release view "$tag" --repo "$repo" >/dev/null 2>&1; then
  gh release create "$tag" dist/*.tar.gz --repo "$repo" --verify-tag --title "entail ${tag#v}" --generate-notes
fi

newest=$(gh api --paginate "repos/$repo/git/matching-refs/tags/$major." --jq '.[].ref' |
  sed -n 's|^refs/tags/\(v[0-9]*\.[0-9]*\.[0-9]*\)$|\1|p' | sort -V | tail -n 1)
if [ "$newest" != "$tag" ]; then
  printf '%s stays at %s\n' "$major" "$newest"
  exit 0
fi
if gh api "repos/$repo/git/ref/tags/$major" >/dev/null 2>&1; then
  gh api --method PATCH "repos/$repo/git/refs/tags/$major" -f "sha=$commit" -F force=true >/dev/null
else
  gh api --method POST "repos/$repo/git/refs" -f "ref=refs/tags/$major" -f "sha=$commit" >/dev/null
fi
printf '%s is now %s\n' "$major" "$tag"
