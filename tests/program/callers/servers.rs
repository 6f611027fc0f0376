//! Servers on loopback: a repository, the same with a password, and OCI registries.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mkmanifests_testing as common;

use super::rows::Need;

/// The user `ada` with the password `s3cret`, as htpasswd writes them.
const USERS: &str = "ada:$2a$10$wSl33ubPijiD67BRSh0KM.FMkod3DcA/BYJSN9MOBpuuT8TlbJ08K\n";

/// The same, as HTTP sends them.
const CREDENTIALS: &str = "Basic YWRhOnMzY3JldA==";

/// All servers. They end with this value; the repository with the process.
pub struct Servers {
    names: Vec<(&'static str, String)>,
    registries: Option<Registries>,
}

impl Servers {
    /// Starts the repositories only.
    pub fn repositories() -> Servers {
        let files = common::data("program/callers/repository");
        let repository = serve(files.clone());
        let names = vec![
            ("@repository-files@", files.display().to_string()),
            ("@repository@", format!("http://{repository}/shop")),
            ("@private@", format!("http://{repository}/private")),
        ];
        Servers { names, registries: None }
    }

    /// Starts all servers, and fills the registries with Helm.
    pub fn all(helm: &Path) -> Servers {
        let mut servers = Servers::repositories();
        servers.registries = Registries::start(helm, &common::data("program/callers/repository"));
        servers.names.extend(servers.registries.iter().flat_map(Registries::names));
        servers
    }

    /// Returns what the names in the data stand for.
    pub fn names(&self) -> &[(&'static str, String)] {
        &self.names
    }

    /// Returns whether a row can run.
    pub fn have(&self, need: Option<Need>) -> bool {
        need.is_none() || self.registries.is_some()
    }
}

/// Serves the files of a folder below `/shop/`, and with a password below `/private/`. Returns the address.
fn serve(files: PathBuf) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = files.clone();
            std::thread::spawn(move || answer(stream, &files));
        }
    });
    address
}

/// Answers one request, and closes the connection.
fn answer(mut stream: TcpStream, files: &Path) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let request = lines.next()?.ok()?;
    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let path = request.split(' ').nth(1)?.split('?').next()?.to_owned();
    let is_known = headers
        .iter()
        .filter_map(|line| line.split_once(": "))
        .any(|(name, value)| name.eq_ignore_ascii_case("authorization") && value == CREDENTIALS);
    let (status, body) = match path.strip_prefix("/private/") {
        Some(_) if !is_known => ("401 Unauthorized", Vec::new()),
        private => {
            let name = private.or_else(|| path.strip_prefix("/shop/")).unwrap_or_default().replace("%2B", "+");
            match fs::read(files.join(&name)) {
                Ok(body) if !name.contains('/') => ("200 OK", body),
                _ => ("404 Not Found", Vec::new()),
            }
        }
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()
}

/// Three views of one storage: `@registry@` speaks HTTP and wants a password, `@secure@` speaks TLS and wants a password,
/// `@open@` speaks TLS.
struct Registries {
    folder: tempfile::TempDir,
    running: Vec<(&'static str, u16, Child)>,
}

impl Drop for Registries {
    fn drop(&mut self) {
        for (_, _, child) in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Registries {
    /// Returns `None` if a program for it is not installed.
    fn start(helm: &Path, files: &Path) -> Option<Registries> {
        let (program, openssl) = (common::program("docker-registry")?, common::program("openssl")?);
        let folder = tempfile::tempdir().expect("a folder");
        certificates(&openssl, folder.path());
        fs::write(folder.path().join("users"), USERS).expect("a file");
        let running = [("@registry@", false, true), ("@secure@", true, true), ("@open@", true, false)]
            .map(|(name, tls, password)| {
                let (port, child) = start(&program, folder.path(), name, tls, password);
                (name, port, child)
            })
            .into();
        let registries = Registries { folder, running };
        registries.fill(helm, files);
        Some(registries)
    }

    fn names(&self) -> Vec<(&'static str, String)> {
        let mut names = vec![("@ca@", self.folder.path().join("ca.pem").display().to_string())];
        names.extend(self.running.iter().map(|(name, port, _)| (*name, format!("127.0.0.1:{port}"))));
        names
    }

    /// Pushes the charts of the repository.
    fn fill(&self, helm: &Path, files: &Path) {
        let open = &self.names()[3].1;
        for name in ["cache-0.3.0.tgz", "cache-0.3.1.tgz", "cache-0.3.2+build.7.tgz", "web-1.0.0.tgz"] {
            let mut command = Command::new(helm);
            command.arg("push").arg(files.join(name)).arg(format!("oci://{open}/charts"));
            command.env("HOME", self.folder.path()).env("SSL_CERT_FILE", self.folder.path().join("ca.pem"));
            let output = command.output().expect("helm runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

/// Writes a certificate authority, and a certificate for 127.0.0.1.
fn certificates(openssl: &Path, folder: &Path) {
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    for line in [
        format!("{new} -subj /CN=test-authority -keyout ca.key -out ca.pem"),
        format!(
            "{new} -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
             -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem"
        ),
    ] {
        let output = Command::new(openssl).args(line.split(' ')).current_dir(folder).output().expect("openssl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Starts a registry at a free port. Another program can take the port in between; then it tries another one.
fn start(program: &Path, folder: &Path, name: &str, tls: bool, password: bool) -> (u16, Child) {
    let started = (0..5).find_map(|_| try_start(program, folder, name, tls, password));
    started.unwrap_or_else(|| panic!("{}", fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default()))
}

fn try_start(program: &Path, folder: &Path, name: &str, tls: bool, password: bool) -> Option<(u16, Child)> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let at = folder.display();
    let tls =
        if tls { format!(", tls: {{certificate: {at}/server.pem, key: {at}/server.key}}") } else { String::new() };
    let mut text = format!(
        "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n\
         storage: {{filesystem: {{rootdirectory: {at}/storage}}}}\nhttp: {{addr: \"{free}\"{tls}}}\n"
    );
    if password {
        text += &format!("auth: {{htpasswd: {{realm: charts, path: {at}/users}}}}\n");
    }
    let file = folder.join(format!("{name}.yml"));
    fs::write(&file, text).expect("a file");
    let log = fs::File::create(folder.join(format!("{name}.log"))).expect("a log");
    let mut command = Command::new(program);
    command.arg("serve").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut child = command.spawn().expect("the registry starts");
    while child.try_wait().expect("a state").is_none() {
        if TcpStream::connect(free).is_ok() {
            return Some((free.port(), child));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}
