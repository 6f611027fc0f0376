#!/bin/sh
# Installs mkmanifests: downloads the archive of a release, verifies its SHA-256, and copies the program.
#
# usage: install.sh [-b DIR] [-v VERSION] [-s SHA256] [--link-helm]
#   -b DIR        folder to install to [default: /usr/local/bin if it is writable, else ~/.local/bin]
#   -v VERSION    release to install, such as 0.1.0 [default: the newest]
#   -s SHA256     the archive's SHA-256 [default: what the release lists]
#   --link-helm   also install the program under the name `helm`
#
# MKMANIFESTS_RELEASES is the URL below which releases are (a mirror).
set -eu

# A function, so that a shell which reads the script from a broken download runs nothing.
main() {
  releases=${MKMANIFESTS_RELEASES:-https://github.com/mkmanifests/mkmanifests/releases}
  folder=
  version=
  sha256=
  link_helm=

  fail() {
    echo "error: $*" >&2
    exit 1
  }

  while [ $# -gt 0 ]; do
    case $1 in
      -b) folder=${2:?"-b needs a folder"}; shift 2 ;;
      -v) version=${2:?"-v needs a version"}; shift 2 ;;
      -s) sha256=${2:?"-s needs a SHA-256"}; shift 2 ;;
      --link-helm) link_helm=1; shift ;;
      *) fail "unknown argument $1; expected -b DIR, -v VERSION, -s SHA256 or --link-helm" ;;
    esac
  done

  case $(uname -s) in
    Linux) system=unknown-linux-gnu ;;
    Darwin) system=apple-darwin ;;
    *) fail "no archive for $(uname -s): build it from source, or install the Python package" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    *) fail "no archive for $(uname -m): build it from source" ;;
  esac

  if command -v curl >/dev/null; then
    download() { curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"; }
  elif command -v wget >/dev/null; then
    download() { wget -q -O "$2" "$1"; }
  else
    fail "curl or wget is needed"
  fi
  if command -v sha256sum >/dev/null; then
    sum() { sha256sum "$1" | cut -d ' ' -f 1; }
  elif command -v shasum >/dev/null; then
    sum() { shasum -a 256 "$1" | cut -d ' ' -f 1; }
  else
    fail "sha256sum or shasum is needed"
  fi

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  if [ -n "$version" ]; then from=$releases/download/v$version; else from=$releases/latest/download; fi
  download "$from/SHA256SUMS" "$work/SHA256SUMS" || fail "cannot download $from/SHA256SUMS"
  archive=$(sed -n "s/^[0-9a-f]*  \(mkmanifests-.*-$arch-$system\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
  [ -n "$archive" ] || fail "the release has no archive for $arch-$system"
  expected=${sha256:-$(sed -n "s/^\([0-9a-f]*\)  $archive\$/\1/p" "$work/SHA256SUMS")}
  download "$from/$archive" "$work/$archive" || fail "cannot download $from/$archive"
  found=$(sum "$work/$archive")
  [ "$found" = "$expected" ] || fail "$archive has the SHA-256 $found, expected $expected"
  tar -xzf "$work/$archive" -C "$work"

  if [ -z "$folder" ]; then
    if [ -w /usr/local/bin ]; then folder=/usr/local/bin; else folder=$HOME/.local/bin; fi
  fi
  mkdir -p "$folder"
  # Beside the old program, and then in its place, so that a program that runs meanwhile is not disturbed.
  cp "$work/${archive%.tar.gz}/mkmanifests" "$folder/.mkmanifests.new"
  chmod 755 "$folder/.mkmanifests.new"
  mv "$folder/.mkmanifests.new" "$folder/mkmanifests"
  echo "installed $("$folder/mkmanifests" --version) to $folder/mkmanifests"
  [ -z "$link_helm" ] || "$folder/mkmanifests" link-helm
  case :$PATH: in
    *:"$folder":*) ;;
    *) echo "note: $folder is not on PATH" >&2 ;;
  esac
}

main "$@"
