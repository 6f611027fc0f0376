//! Dependencies in a registry: Debian's `docker-registry` on loopback.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mkmanifests_testing as common;

use super::server::packed;
use super::twin::Twin;

/// A running registry. Dropping it ends it.
struct Registry {
    process: Child,
    host: String,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// Returns `None` if the program is missing.
    fn start() -> Option<Registry> {
        let program = common::program("docker-registry")?;
        let folder = tempfile::tempdir().expect("a folder");
        let host = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port").to_string();
        let root = folder.path().join("data");
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nhttp: {{addr: '{host}'}}\n\
             storage: {{filesystem: {{rootdirectory: '{}'}}}}\n",
            root.display()
        );
        let file = folder.path().join("config.yml");
        fs::write(&file, config).expect("the configuration");
        let mut command = Command::new(program);
        command.arg("serve").arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        let registry = Registry { process: command.spawn().expect("the registry starts"), host, _folder: folder };
        for _ in 0..200 {
            if TcpStream::connect(&registry.host).is_ok() {
                return Some(registry);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the registry does not answer");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn charts_in_a_registry_are_updated_and_built() {
    let (Some(twin), Some(registry), Some(helm)) = (Twin::new(), Registry::start(), common::program("helm")) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("oci://{}/charts", registry.host);
    for version in ["1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0+build.1"] {
        let (file, data) = packed("alpha", version);
        fs::write(folder.path().join(&file), data).expect("the archive");
        let mut push = Command::new(&helm);
        push.args(["push", &file, &url, "--plain-http"]).current_dir(folder.path()).env("HOME", folder.path());
        assert!(push.output().expect("helm runs").status.success());
    }
    let dependency = |version: &str, alias: &str| {
        format!("- {{name: alpha, version: '{version}', repository: '{url}', alias: {alias}}}\n")
    };
    let all =
        dependency("^1", "a") + &dependency("1.0.0", "b") + &dependency("1.1.0", "c") + &dependency(">=2.0.0-0", "d");
    twin.chart("app", &format!("dependencies:\n{all}"));
    twin.run_well(&[
        "dependency update app --plain-http",
        "dependency build app --plain-http",
        "dependency list app",
        "dependency update app --plain-http --skip-refresh",
    ]);
    twin.run_all(&["dependency build app"]);
    twin.chart("app", &format!("dependencies:\n{}", dependency("9.9.9", "a")));
    twin.run_all(&["dependency update app --plain-http"]);
}
