//! Signs and verifies charts beside the real Helm, with keys of the real gpg.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mkmanifests_fetch::provenance::{self, SigningKey};
use mkmanifests_testing as common;

/// A folder with keys, a chart, and the programs.
struct Desk {
    folder: tempfile::TempDir,
    helm: PathBuf,
    gpg: PathBuf,
}

const METADATA: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const ARCHIVE: &str = "web-0.1.0.tgz";

impl Desk {
    fn new() -> Option<Desk> {
        let (helm, gpg) = (common::program("helm")?, common::program("gpg")?);
        let desk = Desk { folder: tempfile::tempdir().expect("a folder"), helm, gpg };
        fs::create_dir(desk.path("chart")).expect("a folder");
        fs::write(desk.path("chart/Chart.yaml"), METADATA).expect("a file");
        Some(desk)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn gpg(&self, args: &[&str]) -> Vec<u8> {
        let done = self.run_gpg(args);
        assert!(done.status.success(), "gpg {args:?}: {}", text(&done.stderr));
        done.stdout
    }

    fn run_gpg(&self, args: &[&str]) -> Output {
        let home = self.path("h");
        fs::create_dir_all(&home).expect("a folder");
        #[cfg(unix)]
        fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("a mode");
        let mut command = Command::new(&self.gpg);
        command.arg("--homedir").arg(&home).args(["--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback"]);
        command.args(args).output().expect("gpg runs")
    }

    /// Asserts that gpg finds a good signature.
    ///
    /// Helm writes armour without a checksum, as RFC 9580 advises, and so does this program. GnuPG 2.2 does not see the
    /// end of such armour if its last line has no padding: it prints `invalid radix64 character` and ends with an
    /// error, although the signature is good. It does so for files of both programs.
    fn gpg_accepts(&self, provenance: &Path) {
        let done = self.run_gpg(&["--status-fd", "1", "--verify", provenance.to_str().expect("UTF-8")]);
        assert!(text(&done.stdout).contains("[GNUPG:] GOODSIG "), "{}", text(&done.stderr));
        let signed = fs::read_to_string(provenance).expect("a file");
        let is_padded = signed.ends_with("=\n-----END PGP SIGNATURE-----");
        assert!(done.status.success() || !is_padded, "{}", text(&done.stderr));
    }

    /// Creates a key, and exports its secret and public part to `NAME.sec` and `NAME.pub`.
    fn key(&self, name: &str, kind: &str, passphrase: &str, more: &[&str], expires: &str) {
        let id = format!("{name} <{name}@example.com>");
        let create = ["--passphrase", passphrase, "--quick-gen-key", &id, kind, "sign", expires];
        self.gpg(&[more, &create].concat());
        let exact = format!("={id}");
        let secret = self.gpg(&["--passphrase", passphrase, "--export-secret-keys", &exact]);
        fs::write(self.path(&format!("{name}.sec")), secret).expect("a file");
        fs::write(self.path(&format!("{name}.pub")), self.gpg(&["--export", &exact])).expect("a file");
    }

    fn helm(&self, args: &[&str]) -> Output {
        Command::new(&self.helm).args(args).current_dir(self.folder.path()).output().expect("helm runs")
    }

    /// Packs and signs the chart with helm.
    fn package(&self, args: &[&str]) -> Result<(), String> {
        let done = self.helm(&[&["package", "chart", "--sign"], args].concat());
        if done.status.success() { Ok(()) } else { Err(error(&done)) }
    }

    /// Signs the archive here.
    fn sign(&self, keyring: &str, id: &str, passphrase: &str) -> Result<String, String> {
        let archive = fs::read(self.path(ARCHIVE)).expect("an archive");
        let passphrase = &mut |_: &str| Ok(passphrase.as_bytes().to_vec());
        let key = SigningKey { keyring: &self.path(keyring), id, passphrase };
        provenance::sign(&archive, ARCHIVE, METADATA.as_bytes(), key, now()).map_err(|error| error.to_string())
    }

    /// Verifies an archive with helm and here, and returns what both say.
    fn verify(&self, archive: &str, keyring: &str) -> Result<String, String> {
        let done = self.helm(&["verify", archive, "--keyring", keyring]);
        let helm = if done.status.success() { Ok(text(&done.stdout)) } else { Err(error(&done)) };
        // The folder is the only difference.
        let folder = format!("{}/", self.folder.path().display());
        let here = provenance::verify_file(&self.path(archive), &self.path(keyring));
        let here = here.map(|verified| verified.to_string()).map_err(|error| error.to_string().replace(&folder, ""));
        assert_eq!(here, helm, "{archive} {keyring}");
        here
    }
}

fn now() -> u32 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    u32::try_from(since.as_secs()).expect("before 2106")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn error(done: &Output) -> String {
    text(&done.stderr).trim().trim_start_matches("Error: ").to_owned()
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).expect("a file");
}

#[test]
fn verdicts_are_those_of_helm() {
    let Some(desk) = Desk::new() else { return };
    desk.key("rsa", "rsa2048", "", &[], "never");
    desk.key("edward", "ed25519", "", &[], "never");
    desk.key("stranger", "rsa2048", "", &[], "never");
    desk.key("old", "rsa2048", "", &["--faked-system-time", "20200101T000000"], "1y");
    fs::write(desk.path("all.pub"), desk.gpg(&["--export"])).expect("a file");
    fs::write(desk.path("all.asc"), desk.gpg(&["--export", "--armor"])).expect("a file");
    fs::write(desk.path("empty.pub"), "").expect("a file");
    let prov = desk.path(&format!("{ARCHIVE}.prov"));

    for name in ["rsa", "edward"] {
        let keyring = format!("{name}.sec");
        desk.package(&["--key", name, "--keyring", &keyring]).expect("helm signs");
        desk.gpg_accepts(&prov);
        for keyring in ["all.pub", "all.asc", &keyring, &format!("{name}.pub")] {
            let out = desk.verify(ARCHIVE, keyring).expect("a valid signature");
            assert!(out.starts_with(&format!("Signed by: {name} <{name}@example.com>\nUsing Key With Fingerprint: ")));
        }
        assert!(desk.verify(ARCHIVE, "stranger.pub").is_err());
        // Signed here, verified by both.
        let signed = desk.sign(&keyring, &format!("{name}@example"), "").expect("a signature");
        fs::write(&prov, &signed).expect("a file");
        desk.gpg_accepts(&prov);
        assert!(desk.verify(ARCHIVE, "all.pub").is_ok());
        replace(&prov, "name: web", "name: wed");
        assert!(desk.verify(ARCHIVE, "all.pub").is_err());
    }
    desk.package(&["--key", "old", "--keyring", "old.sec"]).expect("helm signs");
    assert_eq!(desk.verify(ARCHIVE, "all.pub"), Err("openpgp: key expired".to_owned()));

    desk.package(&["--key", "rsa", "--keyring", "rsa.sec"]).expect("helm signs");
    for keyring in ["none.pub", "empty.pub", "chart/Chart.yaml"] {
        assert!(desk.verify(ARCHIVE, keyring).is_err());
    }
    for path in ["chart", "none.tgz", "chart/Chart.yaml"] {
        assert!(desk.verify(path, "all.pub").is_err());
    }
    fs::copy(desk.path(ARCHIVE), desk.path("other.tgz")).expect("a copy");
    assert!(desk.verify("other.tgz", "all.pub").is_err());
    fs::copy(&prov, desk.path("other.tgz.prov")).expect("a copy");
    assert!(desk.verify("other.tgz", "all.pub").is_err());
    for broken in ["", "hello", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\na"] {
        fs::write(desk.path("other.tgz.prov"), broken).expect("a file");
        assert!(desk.verify("other.tgz", "all.pub").is_err());
    }
    let mut data = fs::read(desk.path(ARCHIVE)).expect("an archive");
    data.push(0);
    fs::write(desk.path(ARCHIVE), data).expect("an archive");
    assert!(desk.verify(ARCHIVE, "all.pub").is_err());
}

#[test]
fn locked_and_wrong_keys_are_refused_as_helm_refuses_them() {
    let Some(desk) = Desk::new() else { return };
    desk.key("rsa", "rsa2048", "secret", &[], "never");
    desk.key("edward", "ed25519", "secret", &[], "never");
    fs::write(
        desk.path("all.sec"),
        [desk.path("rsa.sec"), desk.path("edward.sec")].map(|path| fs::read(path).expect("a key")).concat(),
    )
    .expect("a file");
    for passphrase in ["secret", "wrong"] {
        fs::write(desk.path(passphrase), format!("{passphrase}\n")).expect("a file");
    }
    desk.package(&["--key", "rsa", "--keyring", "rsa.sec", "--passphrase-file", "secret"]).expect("helm signs");
    for (keyring, id, passphrase) in [
        ("rsa.sec", "rsa", "secret"),
        ("edward.sec", "edward", "secret"),
        ("all.sec", "rsa@", "secret"),
        ("all.sec", "example.com", "secret"),
        ("all.sec", "unknown", "secret"),
        ("rsa.pub", "rsa", "secret"),
        ("rsa.sec", "rsa", "wrong"),
        ("none.sec", "rsa", "secret"),
    ] {
        let helm = desk.package(&["--key", id, "--keyring", keyring, "--passphrase-file", passphrase]);
        let folder = format!("{}/", desk.folder.path().display());
        let here = desk.sign(keyring, id, passphrase).map_err(|error| error.replace(&folder, ""));
        assert_eq!(here.as_ref().map(|_| &()), helm.as_ref(), "{keyring} {id} {passphrase}");
        if let Ok(signed) = here {
            fs::write(desk.path(&format!("{ARCHIVE}.prov")), signed).expect("a file");
            desk.verify(ARCHIVE, keyring).expect("a valid signature");
        }
    }
}

#[test]
fn damaged_files_are_refused() {
    let Some(desk) = Desk::new() else { return };
    desk.key("rsa", "rsa2048", "", &[], "never");
    desk.package(&["--key", "rsa", "--keyring", "rsa.sec"]).expect("helm signs");
    let (archive, keyring) =
        (fs::read(desk.path(ARCHIVE)).expect("data"), fs::read(desk.path("rsa.pub")).expect("data"));
    let signed = fs::read(desk.path(&format!("{ARCHIVE}.prov"))).expect("data");
    let damaged = desk.path("damaged.pub");
    for at in 0..keyring.len() {
        let mut damage = keyring.clone();
        damage[at] ^= 1 << (at % 8);
        fs::write(&damaged, &damage).expect("a file");
        // Some bits do not matter, but none may crash.
        let _ = provenance::verify(&archive, ARCHIVE, &signed, &damaged);
        fs::write(&damaged, &keyring[..at]).expect("a file");
        let _ = provenance::verify(&archive, ARCHIVE, &signed, &damaged);
    }
    let begin = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n".len();
    let end = text(&signed).find("\n\n...").expect("the end of the metadata");
    for at in begin..end {
        let mut damage = signed.clone();
        damage[at] ^= 1;
        let verified = provenance::verify(&archive, ARCHIVE, &damage, &desk.path("rsa.pub"));
        // White space at the end of a line is not signed.
        assert!(verified.is_err() || damage[at].is_ascii_whitespace() || signed[at].is_ascii_whitespace(), "byte {at}");
    }
}
