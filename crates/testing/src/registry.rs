//! Debian's `docker-registry` on loopback, as a registry that somebody else wrote.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The user `u` with the password `secret`, as `htpasswd -B` writes it.
const HTPASSWD: &str = "u:$2a$10$V5QK/hseLa/fivxQ7pKWHOnSEvpi3lAWK/rZ8nH8ktH50CcZa2sy.\n";

/// How a registry is set up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setup {
    /// Whether it wants the user `u` with the password `secret`.
    pub password: bool,
    /// Whether it uses TLS, with a certificate for `127.0.0.1` and `localhost` of its own authority.
    pub tls: bool,
}

/// A running registry. Dropping it ends it.
pub struct Registry {
    /// `127.0.0.1:PORT`.
    pub host: String,
    folder: TempDir,
    process: Child,
}

impl Registry {
    /// Starts a registry; prints that the test is skipped if a program for it is missing.
    pub fn start(setup: Setup) -> Option<Registry> {
        let program = crate::program("docker-registry")?;
        let folder = tempfile::tempdir().expect("a folder");
        if setup.tls {
            certificates(folder.path())?;
        }
        fs::write(folder.path().join("htpasswd"), HTPASSWD).expect("a file");
        fs::write(folder.path().join("config.yml"), config(folder.path(), setup)).expect("a file");
        let mut command = Command::new(program);
        command.arg("serve").arg(folder.path().join("config.yml")).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("docker-registry starts");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        let host =
            lines.find_map(|line| Some(line.split_once("listening on ")?.1.split(['"', ',']).next()?.to_owned()));
        // The pipe must not fill up.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Registry { host: host.expect("an address"), folder, process })
    }

    /// Returns the certificate of the authority, of a registry with TLS.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn config(folder: &Path, setup: Setup) -> String {
    let folder = folder.display();
    let mut config = format!(
        "version: 0.1\nlog: {{level: info, accesslog: {{disabled: true}}}}\n\
         storage: {{filesystem: {{rootdirectory: '{folder}/store'}}}}\n"
    );
    if setup.password {
        config.push_str(&format!("auth: {{htpasswd: {{realm: test, path: '{folder}/htpasswd'}}}}\n"));
    }
    config.push_str("http:\n  addr: 127.0.0.1:0\n");
    if setup.tls {
        config.push_str(&format!("  tls: {{certificate: '{folder}/server.crt', key: '{folder}/server.key'}}\n"));
    }
    config
}

/// Creates an authority and a certificate with `openssl`.
fn certificates(folder: &Path) -> Option<()> {
    let program = crate::program("openssl")?;
    let run = |arguments: &str| {
        let output =
            Command::new(&program).args(arguments.split(' ')).current_dir(folder).output().expect("openssl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n").expect("a file");
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    run(&format!("req -x509 {key} -keyout ca.key -out ca.crt -subj /CN=authority -days 2"));
    run(&format!("req {key} -keyout server.key -out server.csr -subj /CN=server"));
    run("x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile names");
    Some(())
}
