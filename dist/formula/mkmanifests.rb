# The formula of Homebrew.
class Mkmanifests < Formula
  desc "Kubernetes manifests from typed values, Helm charts and templates"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "@URL@/mkmanifests-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@URL@/mkmanifests-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin.tar.gz@"
    end
  end
  on_linux do
    on_arm do
      url "@URL@/mkmanifests-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-gnu.tar.gz@"
    end
    on_intel do
      url "@URL@/mkmanifests-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-gnu.tar.gz@"
    end
  end

  def install
    bin.install "mkmanifests"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/mkmanifests.bash" => "mkmanifests"
    fish_completion.install "completions/mkmanifests.fish"
    zsh_completion.install "completions/mkmanifests.zsh" => "_mkmanifests"
  end

  test do
    assert_match "kind: Deployment", shell_output("#{bin}/mkmanifests ray --cluster foo --quiet")
  end
end
